import type { RunGroup, TableRun } from '../../../../src/contract/run-table.ts'
import type { MetricValue } from '../../../../src/contract/runs.ts'
import { Badge } from '../../../design/status.tsx'
import { Ago, Took } from '../../../design/time.tsx'
import { toneOf } from '../../../design/tones.ts'
import { count, metric } from '../../../format/number.ts'
import type { Column } from './columns.ts'
import type { RowContext } from './row.tsx'
import classes from './runs.module.css'

export function Cell({ run, column, context }: { run: TableRun; column: Column; context: RowContext }) {
  if (column.kind === 'attr') return <td>{attribute(run, column.key, context)}</td>
  const at = context.valueAt.get(column.name)
  const value = at === undefined ? undefined : run.values[at]
  if (value === null || value === undefined) return <td className={classes.none}>–</td>
  if (column.kind === 'metrics') {
    return (
      <td className={classes.number} title={String(value)}>
        {numberText(value)}
      </td>
    )
  }
  return <td title={String(value)}>{value}</td>
}

/** Plain numbers, not percent: what differs in the fourth digit should be seen to differ. */
export function numberText(value: string | number): string {
  return typeof value === 'number' ? metric(value) : metric(Number(value))
}

function attribute(run: TableRun, key: string, context: RowContext) {
  const iso = (ms: number) => new Date(ms).toISOString()
  switch (key) {
    case 'status':
      return <Badge tone={toneOf(run.status)}>{run.status}</Badge>
    case 'started':
      return <Ago at={iso(run.start)} />
    case 'ended':
      return run.end === null ? '–' : <Ago at={iso(run.end)} />
    case 'took':
      return run.end === null && run.status !== 'running' ? (
        '–'
      ) : (
        <Took from={iso(run.start)} to={run.end === null ? null : iso(run.end)} />
      )
    case 'user':
      return run.user
    case 'experiment':
      return context.experiments.get(run.experiment_id) ?? run.experiment_id
    case 'source':
      return run.source ?? '–'
    default:
      return <code>{run.id}</code>
  }
}

/** Of a group: the mean of a metric with its range, and what can be said of attributes. */
export function AggregateCell(props: { group: RunGroup; column: Column; metrics: readonly string[] }) {
  const { group, column } = props
  if (column.kind === 'metrics') {
    const found = group.aggregates[props.metrics.indexOf(column.key)]
    if (!found) return <td className={classes.none}>–</td>
    const text = (value: MetricValue) => numberText(value)
    return (
      <td
        className={classes.number}
        title={`mean ${text(found.mean)}, ${text(found.min)} to ${text(found.max)}, of ${count(found.runs)} runs`}
      >
        <b>{text(found.mean)}</b>
      </td>
    )
  }
  if (column.name === 'attr.started') {
    return (
      <td>
        <Ago at={new Date(group.last_start).toISOString()} />
      </td>
    )
  }
  if (column.name !== 'attr.status') return <td />
  return (
    <td>
      {group.running > 0 ? <Badge tone="live">{`${count(group.running)} running`}</Badge> : null}
      {group.running === 0 && group.failed > 0 ? (
        <Badge tone="bad">{`${count(group.failed)} failed`}</Badge>
      ) : null}
    </td>
  )
}
