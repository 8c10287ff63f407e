import type { Run } from '../../../src/contract/runs.ts'
import { metricText } from '../tracking/metric-value.ts'

/** `metrics.acc` → `acc`. */
export function nameOf(column: string): string {
  return column.slice(column.indexOf('.') + 1)
}

/** What a run shows in a column that is named as in filters. */
export function columnText(run: Run, column: string): string {
  const name = nameOf(column)
  if (column.startsWith('metrics.')) return metricText(name, run.metrics[name])
  if (column.startsWith('params.')) return run.params[name] ?? '–'
  if (column.startsWith('tags.')) return run.tags[name] ?? '–'
  const attributes: Record<string, string> = {
    status: run.status,
    user: run.user,
    run_id: run.id,
    start_time: run.started_at.slice(0, 16).replace('T', ' '),
  }
  return attributes[name] ?? '–'
}
