import { latencyEdgesMs } from '../../../contract/modelserver.ts'
import type { Counters, RevisionCount } from './counters.ts'
import type { Fleet } from './fleet.ts'
import type { Revision } from './revision.ts'

/** The state of the server in Prometheus's text format, version 0.0.4. */
export function metricsText(counters: Counters, fleet: Fleet): string {
  const counts = [...counters.revisions.values()]
  return [
    ...family('slipway_requests_total', 'counter', 'Requests that a revision was given.'),
    ...counts.map((count) => line('slipway_requests_total', labels(count), count.total.requests)),
    ...family('slipway_request_errors_total', 'counter', 'Of these, answered with a status of 500 or above.'),
    ...counts.map((count) => line('slipway_request_errors_total', labels(count), count.total.errors)),
    ...family('slipway_rows_total', 'counter', 'Rows predicted.'),
    ...counts.map((count) => line('slipway_rows_total', labels(count), count.total.rows)),
    ...family(
      'slipway_request_duration_seconds',
      'histogram',
      'From the arrival of a request to its answer.',
    ),
    ...counts.flatMap(histogram),
    ...family('slipway_responses_total', 'counter', 'Answers by status, of all kinds of requests.'),
    ...[...counters.statuses].map(([status, count]) =>
      line('slipway_responses_total', `status="${status}"`, count),
    ),
    ...family('slipway_prediction_log_dropped_total', 'counter', 'Predictions that could not be logged.'),
    line('slipway_prediction_log_dropped_total', '', counters.logDropped),
    ...family('slipway_queue_requests', 'gauge', 'Requests that wait for a run.'),
    ...revisionLines(fleet, 'slipway_queue_requests', (revision) => revision.batcher.queued),
    ...family('slipway_runs_total', 'counter', 'Runs of the model: one for each batch.'),
    ...revisionLines(fleet, 'slipway_runs_total', (revision) => revision.batcher.runs),
    ...family('slipway_revision_ready', 'gauge', '1 when the revision can answer.'),
    ...revisionLines(fleet, 'slipway_revision_ready', (revision) => (revision.state === 'ready' ? 1 : 0)),
    ...family('process_resident_memory_bytes', 'gauge', 'Resident memory of the model server.'),
    line('process_resident_memory_bytes', '', process.memoryUsage.rss()),
    '',
  ].join('\n')
}

function revisionLines(fleet: Fleet, name: string, value: (revision: Revision) => number): string[] {
  return [...fleet.all()].flatMap((deployment) =>
    [...deployment.revisions.values()].map((revision) =>
      line(name, `deployment="${deployment.facts.name}",revision="${revision.number}"`, value(revision)),
    ),
  )
}

function family(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function labels({ deployment, number }: RevisionCount): string {
  return `deployment="${deployment}",revision="${number}"`
}

function line(name: string, labelText: string, value: number): string {
  return labelText === '' ? `${name} ${value}` : `${name}{${labelText}} ${value}`
}

/** One edge for each doubling is enough for graphs. */
function histogram(count: RevisionCount): string[] {
  const lines: string[] = []
  const name = 'slipway_request_duration_seconds'
  let below = 0
  for (const [i, edge] of latencyEdgesMs.entries()) {
    below += count.total.latency[i] ?? 0
    if (i % 4 === 0) lines.push(line(`${name}_bucket`, `${labels(count)},le="${edge / 1000}"`, below))
  }
  lines.push(line(`${name}_bucket`, `${labels(count)},le="+Inf"`, count.total.requests))
  lines.push(line(`${name}_sum`, labels(count), count.latencySeconds))
  lines.push(line(`${name}_count`, labels(count), count.total.requests))
  return lines
}
