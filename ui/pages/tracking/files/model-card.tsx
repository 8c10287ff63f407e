import { Facts } from '../../../design/facts.tsx'
import classes from './files.module.css'

/** The few lines of an MLmodel file that say what the model is; the whole text stands below. */
export function ModelCard({ text }: { text: string }) {
  const line = (name: string) => new RegExp(`^\\s*${name}:\\s*['"]?(.+?)['"]?\\s*$`, 'm').exec(text)?.[1]
  const flavours = /^flavors:\n((?: {2}.*\n?)+)/m.exec(text)?.[1]
  const names = [...(flavours ?? '').matchAll(/^ {2}([\w.]+):/gm)].map((match) => match[1])
  const facts: (readonly [string, string])[] = [
    ['Flavours', names.join(', ')],
    ['Python', line('python_version') ?? ''],
    ['MLflow', line('mlflow_version') ?? ''],
    ['Size', line('model_size_bytes') ?? ''],
  ]
  const known = facts.filter(([, value]) => value !== '')
  if (known.length === 0) return null
  return (
    <div className={classes.prose}>
      <Facts facts={known} />
    </div>
  )
}
