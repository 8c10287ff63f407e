import { MlflowError } from './failure.ts'
import { streamedHistory } from './history.ts'
import { type Rpc, rpc } from './rpc.ts'
import { runOf } from './runs.ts'
import { doubleView, some } from './show.ts'

const mostRuns = 100
const mostPoints = 2500
const mostInBulk = 25_000

export const metricRpcs: readonly Rpc[] = [
  rpc(
    'GET',
    '/2.0/mlflow/metrics/get-history',
    'runs:read',
    {
      run_id: { type: 'string', or: 'run_uuid' },
      run_uuid: { type: 'string' },
      metric_key: { type: 'string', required: true },
      page_token: { type: 'string' },
      max_results: { type: 'int64' },
    },
    async ({ tracking, project, request }) => {
      const id = runOf(request)
      const limit = request.max_results === undefined ? undefined : Number(request.max_results)
      if (limit !== undefined && limit <= 0) {
        throw invalid(
          `Invalid value ${limit} for parameter 'max_results' supplied. It must be a positive integer.`,
        )
      }
      if ((await tracking.findRun(project.id, id)) === undefined) return {}
      if (limit === undefined && !request.page_token) {
        return streamedHistory(request.metric_key, tracking.metrics.stream(id, request.metric_key))
      }
      const page = await tracking.metrics.history(id, request.metric_key, {
        limit,
        cursor: request.page_token || undefined,
      })
      const metrics = page.points.map((point) => ({
        key: request.metric_key,
        value: doubleView(point.value),
        timestamp: point.time,
        step: point.step,
      }))
      return { metrics: some(metrics), next_page_token: page.next }
    },
  ),
  rpc(
    'GET',
    '/2.0/mlflow/metrics/get-history-bulk-interval',
    'runs:read',
    {
      run_ids: { type: 'string', list: true, required: true },
      metric_key: { type: 'string', required: true },
      start_step: { type: 'int64' },
      end_step: { type: 'int64' },
      max_results: { type: 'int64' },
    },
    async ({ tracking, project, request }) => {
      const ids = request.run_ids
      const docs = ' See the API docs for more information about request parameters.'
      if (ids.length === 0) throw invalid(`Missing value for required parameter 'run_ids'.${docs}`)
      if (ids.length > mostRuns) {
        throw invalid(
          `GetMetricHistoryBulkInterval request must specify at most ${mostRuns} run_ids. Received ${ids.length} run_ids.${docs}`,
        )
      }
      const points = Number(request.max_results ?? mostPoints)
      if (points < 1 || points > mostPoints) {
        throw invalid(`max_results must be between 1 and ${mostPoints}.${docs}`)
      }
      const own = await ownRuns(tracking, project.id, ids)
      const steps = stepsOf(request.start_step, request.end_step)
      const sampled = await tracking.metrics.sampled(own, request.metric_key, points, steps)
      return { metrics: some(sampled.map((point) => pointView(request.metric_key, point))) }
    },
  ),
  rpc(
    'GET',
    '/2.0/mlflow/metrics/get-history-bulk',
    'runs:read',
    {
      run_id: { type: 'string', list: true },
      metric_key: { type: 'string' },
      max_results: { type: 'int64' },
    },
    async ({ tracking, project, request }) => {
      const ids = request.run_id
      if (ids.length === 0) throw invalid('GetMetricHistoryBulk request must specify at least one run_id.')
      if (ids.length > mostRuns) {
        throw invalid(
          `GetMetricHistoryBulk request cannot specify more than ${mostRuns} run_ids. Received ${ids.length} run_ids.`,
        )
      }
      const key = request.metric_key
      if (key === undefined) throw invalid('GetMetricHistoryBulk request must specify a metric_key.')
      const limit = Math.min(Math.max(Number(request.max_results ?? mostInBulk), 0), mostInBulk)
      const own = await ownRuns(tracking, project.id, ids)
      const points = await tracking.metrics.bulk(own, key, limit)
      return { metrics: points.map((point) => pointView(key, point)) }
    },
  ),
]

async function ownRuns(
  tracking: Parameters<Rpc['handle']>[0]['tracking'],
  projectId: string,
  ids: readonly string[],
): Promise<string[]> {
  const runs = await Promise.all(ids.map((id) => tracking.findRun(projectId, id)))
  return runs.flatMap((run) => (run === undefined ? [] : [run.id]))
}

function stepsOf(
  from: number | bigint | undefined,
  to: number | bigint | undefined,
): { from: number; to: number } | undefined {
  if (from === undefined && to === undefined) return undefined
  if (from === undefined || to === undefined) {
    throw invalid('If either start step or end step are specified, both must be specified.')
  }
  if (from > to) {
    throw invalid(`end_step must be greater than start_step. Found start_step=${from} and end_step=${to}.`)
  }
  return { from: Number(from), to: Number(to) }
}

function pointView(key: string, point: { runId: string; step: number; time: number; value: number }) {
  return {
    key,
    value: doubleView(point.value),
    timestamp: point.time,
    step: point.step,
    run_id: point.runId,
  }
}

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}
