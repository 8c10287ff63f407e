import { metric } from '../../format/number.ts'
import classes from './histogram.module.css'

/** Counts in equally wide bins, with the ends of the axis. */
export function Histogram({
  edges,
  counts,
  label,
}: {
  edges: readonly number[]
  counts: readonly number[]
  label: string
}) {
  const most = Math.max(1, ...counts)
  const width = 100 / Math.max(1, counts.length)
  return (
    <div>
      <svg
        className={classes.bins}
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {counts.map((value, index) => (
          <rect
            key={edges[index] ?? index}
            x={index * width + width * 0.06}
            width={width * 0.88}
            y={40 - (value / most) * 40}
            height={(value / most) * 40}
          >
            <title>{`${metric(edges[index] ?? 0)} to ${metric(edges[index + 1] ?? 0)}: ${value}`}</title>
          </rect>
        ))}
      </svg>
      <div className={classes.ends}>
        <span>{metric(edges[0] ?? 0)}</span>
        <span>{metric(edges.at(-1) ?? 0)}</span>
      </div>
    </div>
  )
}

/** The most frequent values with their share. */
export function ValueBars({
  values,
  rows,
}: {
  values: readonly { value: string; count: number }[]
  rows: number
}) {
  const most = Math.max(1, ...values.map((each) => each.count))
  return (
    <ul className={classes.values}>
      {values.slice(0, 6).map((each) => (
        <li key={each.value}>
          <span className={classes.bar} style={{ width: `${(each.count / most) * 100}%` }} />
          <span className={classes.value}>{each.value === '' ? '(empty)' : each.value}</span>
          <span>{rows === 0 ? '' : `${((each.count / rows) * 100).toFixed(0)} %`}</span>
        </li>
      ))}
    </ul>
  )
}
