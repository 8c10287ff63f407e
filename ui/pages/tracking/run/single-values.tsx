import { Panel } from '../../../design/panel.tsx'
import { count, metric } from '../../../format/number.ts'
import { groupsOf } from '../charts/groups.ts'
import classes from './run.module.css'

/** Metrics that were logged once, beside each other: of each group as bars on one scale. */
export function SingleValues({ values }: { values: ReadonlyMap<string, number> }) {
  return groupsOf([...values.keys()]).map((group) => (
    <Panel
      key={group.prefix}
      title={group.prefix === '' ? 'Single values' : group.prefix}
      note={`${count(group.keys.length)}, each logged once`}
    >
      <Bars keys={group.keys} prefix={group.prefix} values={values} />
    </Panel>
  ))
}

function Bars(props: { keys: readonly string[]; prefix: string; values: ReadonlyMap<string, number> }) {
  const { keys, values, prefix } = props
  const sizes = keys.map((key) => Math.abs(values.get(key) ?? 0)).filter(Number.isFinite)
  const most = Math.max(...sizes, Number.MIN_VALUE)
  // Values of different kinds have no scale in common: then a bar would say something false.
  const comparable = prefix !== '' && keys.length > 1
  return (
    <ul className={classes.bars}>
      {keys.map((key) => {
        const value = values.get(key) ?? Number.NaN
        const share = Number.isFinite(value) ? (Math.abs(value) / most) * 100 : 0
        return (
          <li key={key} title={`${key}: ${value}`}>
            <span>{prefix === '' ? key : key.slice(prefix.length + 1)}</span>
            {comparable ? (
              <i>
                <i style={{ width: `${share}%` }} />
              </i>
            ) : null}
            <b>{metric(value)}</b>
          </li>
        )
      })}
    </ul>
  )
}
