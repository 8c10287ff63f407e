import type { RunGroup, TableRun } from '../../../../src/contract/run-table.ts'
import type { MetricValue } from '../../../../src/contract/runs.ts'
import { Badge } from '../../../design/status.tsx'
import { toneOf } from '../../../design/tones.ts'
import { count, metric } from '../../../format/number.ts'
import { absolute, duration, relative } from '../../../format/time.ts'
import type { Column } from './columns.ts'
import type { RowContext } from './row-context.ts'
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

/*
 * Rows come and go by the dozen in each frame, so that their cells are plain elements: what listens to a clock or to
 * the router would cost more than all the rest.
 */
function attribute(run: TableRun, key: string, context: RowContext) {
  switch (key) {
    case 'status':
      return <Badge tone={toneOf(run.status)}>{run.status}</Badge>
    case 'started':
      return <Moment at={run.start} context={context} />
    case 'ended':
      return run.end === null ? '–' : <Moment at={run.end} context={context} />
    case 'took':
      return tookText(run, context.now)
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

function tookText(run: TableRun, now: Date): string {
  if (run.end !== null) return duration(run.end - run.start)
  return run.status === 'running' ? duration(Math.max(0, now.getTime() - run.start)) : '–'
}

function Moment({ at, context }: { at: number; context: RowContext }) {
  const date = new Date(at)
  return <time title={absolute(date, context.zone)}>{relative(date, context.now)}</time>
}

/** Of a group: the mean of a metric with its range, and what can be said of attributes. */
export function AggregateCell(props: { group: RunGroup; column: Column; context: RowContext }) {
  const { group, column, context } = props
  if (column.kind === 'metrics') {
    const found = group.aggregates[context.metrics.indexOf(column.key)]
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
        <Moment at={group.last_start} context={context} />
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
