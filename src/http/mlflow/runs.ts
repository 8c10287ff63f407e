import {
  deleteRun,
  isRunId,
  type Point,
  type RunStatus,
  restoreRun,
  updateRun,
} from '../../areas/tracking/index.ts'
import { pageSize, pair, pairsOf, viewOf, viewTypes } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkNewRun, checkRun } from './scope.ts'
import { runInfoView, runView, some } from './show.ts'

const runId = { run_id: { type: 'string', or: 'run_uuid' }, run_uuid: { type: 'string' } } as const
const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const
const metricFields = {
  key: { type: 'string', required: true },
  value: { type: 'double', required: true },
  timestamp: { type: 'int64', required: true },
  step: { type: 'int64' },
  model_id: { type: 'string' },
  dataset_name: { type: 'string' },
  dataset_digest: { type: 'string' },
} as const
const requiredPair = {
  type: 'message',
  list: true,
  fields: { key: { type: 'string', required: true }, value: { type: 'string' } },
} as const

/** Old clients say `run_uuid`. */
export function runOf(request: { run_id: string | undefined; run_uuid: string | undefined }): string {
  const id = request.run_id || request.run_uuid
  if (id) return id
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    "Missing value for required parameter 'run_id'. See the API docs for more information about request parameters.",
  )
}

interface MetricRequest {
  readonly key: string
  readonly value: number
  readonly timestamp: number | bigint
  readonly step: number | bigint | undefined
  readonly model_id: string | undefined
  readonly dataset_name: string | undefined
  readonly dataset_digest: string | undefined
}

function pointOf(metric: MetricRequest): Point {
  return {
    key: metric.key,
    value: metric.value,
    step: metric.step ?? 0,
    time: metric.timestamp,
    modelId: metric.model_id || undefined,
    datasetName: metric.dataset_name || undefined,
    datasetDigest: metric.dataset_digest || undefined,
  }
}

type RunCall = Pick<Call, 'principal' | 'project' | 'tracking'>

async function view(call: RunCall, id: string) {
  return runView(await call.tracking.run(call.project.id, id))
}

const lifecycle: readonly Rpc[] = [
  rpc(
    'POST',
    '/2.0/mlflow/runs/create',
    'runs:write',
    {
      experiment_id: { type: 'string' },
      user_id: { type: 'string' },
      run_name: { type: 'string' },
      start_time: { type: 'int64' },
      tags: pair,
    },
    async (call) => {
      const { project, principal, request, tracking } = call
      const tags = pairsOf(request.tags)
      checkNewRun(call, tags)
      const id = await call.store.transact(principal, (tx) =>
        tracking.createRun(tx, {
          projectId: project.id,
          experimentId: request.experiment_id || '0',
          name: request.run_name,
          user: request.user_id || undefined,
          start: request.start_time === undefined ? undefined : Number(request.start_time),
          tags,
        }),
      )
      return { run: await view(call, id) }
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/update',
    'runs:write',
    {
      ...runId,
      status: { type: 'enum', values: statuses },
      end_time: { type: 'int64' },
      run_name: { type: 'string' },
    },
    async (call) => {
      const { project, principal, request, tracking } = call
      const id = runOf(request)
      await known(call, id)
      await checkRun(call, id)
      await call.store.transact(principal, (tx) =>
        updateRun(tx, project.id, id, {
          status: request.status?.toLowerCase() as RunStatus | undefined,
          end: request.end_time === undefined ? undefined : Number(request.end_time),
          name: request.run_name,
        }),
      )
      return { run_info: runInfoView(await tracking.run(project.id, id)) }
    },
  ),
  rpc('POST', '/2.0/mlflow/runs/delete', 'runs:write', runId, async (call) => {
    const id = runOf(call.request)
    await known(call, id)
    await checkRun(call, id)
    await call.store.transact(call.principal, (tx) => deleteRun(tx, call.project.id, id))
    call.tracking.forget(id)
    return {}
  }),
  rpc('POST', '/2.0/mlflow/runs/restore', 'runs:write', runId, async (call) => {
    const id = runOf(call.request)
    await known(call, id)
    await checkRun(call, id)
    await call.store.transact(call.principal, (tx) => restoreRun(tx, call.project.id, id))
    call.tracking.forget(id)
    return {}
  }),
  rpc('GET', '/2.0/mlflow/runs/get', 'runs:read', runId, async (call) => ({
    run: await view(call, runOf(call.request)),
  })),
  rpc(
    'POST',
    '/2.0/mlflow/runs/search',
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true },
      filter: { type: 'string' },
      run_view_type: { type: 'enum', values: viewTypes },
      max_results: { type: 'int64' },
      order_by: { type: 'string', list: true },
      page_token: { type: 'string' },
    },
    async ({ tracking, project, request }) => {
      if (request.max_results !== undefined && request.max_results > 50_000) {
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          `Invalid value ${request.max_results} for parameter 'max_results' supplied:  Hint: Value was of type 'int'. ` +
            'See the API docs for more information about request parameters.',
        )
      }
      const page = await tracking.searchRuns({
        projectId: project.id,
        experimentIds: request.experiment_ids,
        filter: request.filter,
        order: request.order_by,
        view: viewOf(request.run_view_type),
        limit: pageSize(request.max_results, 1000, 50_000),
        cursor: request.page_token || undefined,
      })
      return { runs: some(page.runs.map(runView)), next_page_token: page.next }
    },
  ),
]

/** An id that no run can have is as unknown as any other. */
async function known(call: RunCall, id: string): Promise<void> {
  if (!isRunId(id)) await call.tracking.run(call.project.id, id)
}

const logging: readonly Rpc[] = [
  rpc('POST', '/2.0/mlflow/runs/log-metric', 'runs:write', { ...runId, ...metricFields }, async (call) => {
    const id = runOf(call.request)
    await checkRun(call, id)
    await call.tracking.logMetrics(call.project.id, id, [pointOf(call.request)])
    return {}
  }),
  rpc(
    'POST',
    '/2.0/mlflow/runs/log-parameter',
    'runs:write',
    { ...runId, key: { type: 'string', required: true }, value: { type: 'string' } },
    async (call) => {
      const id = runOf(call.request)
      await checkRun(call, id)
      const { key, value } = call.request
      await call.tracking.logParams(call.project.id, id, [{ key, value: value ?? '' }])
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/set-tag',
    'runs:write',
    { ...runId, key: { type: 'string', required: true }, value: { type: 'string' } },
    async (call) => {
      const id = runOf(call.request)
      await checkRun(call, id)
      const { key, value } = call.request
      await call.tracking.logTags(call.project.id, id, [{ key, value: value ?? '' }])
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/delete-tag',
    'runs:write',
    { ...runId, key: { type: 'string', required: true } },
    async (call) => {
      const id = runOf(call.request)
      await checkRun(call, id)
      await call.tracking.dropTag(call.project.id, id, call.request.key)
      return {}
    },
  ),
  rpc(
    'POST',
    '/2.0/mlflow/runs/log-batch',
    'runs:write',
    {
      run_id: { type: 'string', required: true },
      metrics: { type: 'message', list: true, fields: metricFields },
      params: requiredPair,
      tags: requiredPair,
    },
    async (call) => {
      const id = checkedRunId(call.request.run_id)
      await checkRun(call, id)
      await call.tracking.logBatch(call.project.id, id, {
        metrics: call.request.metrics.map(pointOf),
        params: pairsOf(call.request.params),
        tags: pairsOf(call.request.tags),
      })
      return {}
    },
  ),
]

export function checkedRunId(id: string): string {
  if (/^[a-zA-Z0-9][\w-]{0,255}$/.test(id)) return id
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${JSON.stringify(id)} for parameter 'run_id' supplied.`,
  )
}

export const runRpcs: readonly Rpc[] = [...lifecycle, ...logging]
