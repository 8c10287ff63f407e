import { gradient } from './colour.ts'
import classes from './compare.module.css'
import { scaleOf } from './scale.ts'
import type { Variable } from './variable.ts'

/** What the colours of runs mean. */
export function ColourKey({ variable }: { variable: Variable }) {
  const { ticks } = scaleOf(variable)
  const [first, last] = [ticks[0]?.label ?? '', ticks.at(-1)?.label ?? '']
  return (
    <span className={classes.key}>
      {variable.label}
      <small>{first}</small>
      <span className={classes.gradient} style={{ background: gradient }} />
      <small>{last}</small>
    </span>
  )
}
