import { changeTags, deleteTraces, linkTraces, traceKey } from '../../areas/traces/index.ts'
import { pageSize } from './experiments.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { checkRun, checkUnscoped } from './scope.ts'
import { some } from './show.ts'
import { traceInfoMessage, traceOf } from './trace-read.ts'
import { traceInfoView } from './trace-show.ts'

const base = '/3.0/mlflow/traces'
const legacy = '/2.0/mlflow/traces'
const mostLinks = 100

type TraceCall = Pick<Call, 'principal' | 'project' | 'traces' | 'tracking'>

/** The experiment that a trace goes to. Fails unless it is active. */
export async function openExperiment(call: Pick<Call, 'tracking' | 'project'>, id: string) {
  const experiment = await call.tracking.experiment(call.project.id, id)
  if (experiment === undefined) {
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`)
  }
  if (!experiment.deleted) return experiment
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `The experiment ${id} must be in the 'active' state. Current state is deleted.`,
  )
}

/** Project default's "0" is another number in other projects. */
export async function experimentIds(
  call: Pick<Call, 'tracking' | 'project'>,
  ids: readonly string[],
): Promise<string[]> {
  return await Promise.all(
    ids.map(async (id) =>
      id === '0' ? ((await call.tracking.experiment(call.project.id, id))?.id ?? id) : id,
    ),
  )
}

async function show(call: TraceCall, id: string) {
  return { trace: { trace_info: traceInfoView(await call.traces.trace(call.project.id, id)) } }
}

const starting: readonly Rpc[] = [
  rpc(
    'POST',
    base,
    'runs:write',
    {
      trace: {
        type: 'message',
        required: true,
        fields: { trace_info: { type: 'message', fields: traceInfoMessage } },
      },
    },
    async (call) => {
      const info = call.request.trace.trace_info
      if (info === undefined) {
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          "Missing value for required parameter 'trace.trace_info'.",
        )
      }
      const trace = traceOf(info)
      const runId = trace.metadata[traceKey.run]
      if (runId !== undefined) await checkRun(call, runId)
      const experiment = await openExperiment(call, trace.experimentId)
      await call.traces.startTrace(experiment, trace)
      return await show(call, trace.id)
    },
  ),
  rpc('GET', `${base}/:id`, 'runs:read', {}, async (call) => await show(call, call.params.id ?? '')),
  rpc(
    'POST',
    `${base}/search`,
    'runs:read',
    {
      locations: {
        type: 'message',
        list: true,
        fields: {
          type: { type: 'string' },
          mlflow_experiment: { type: 'message', fields: { experiment_id: { type: 'string' } } },
        },
      },
      filter: { type: 'string' },
      max_results: { type: 'int64' },
      order_by: { type: 'string', list: true },
      page_token: { type: 'string' },
    },
    async (call) => {
      const { request, project } = call
      if (request.locations.length === 0) {
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          "Missing value for required parameter 'locations'. See the API docs for more information about request parameters.",
        )
      }
      const ids = request.locations.flatMap((one) => one.mlflow_experiment?.experiment_id ?? [])
      const page = await call.traces.search({
        projectId: project.id,
        experimentIds: await experimentIds(call, ids),
        filter: request.filter || undefined,
        order: request.order_by,
        limit: pageSize(request.max_results || undefined, 100, 500),
        cursor: request.page_token || undefined,
      })
      return { traces: some(page.traces.map(traceInfoView)), next_page_token: page.next }
    },
  ),
]

const tagging = [base, legacy].flatMap((path): Rpc[] => [
  rpc(
    'PATCH',
    `${path}/:id/tags`,
    'runs:write',
    { key: { type: 'string', required: true }, value: { type: 'string' } },
    async (call) => {
      checkUnscoped(call)
      const { key, value } = call.request
      refuseReserved(key, 'set')
      await call.store.transact(call.principal, (tx) =>
        changeTags(tx, call.project.id, call.params.id ?? '', { [key]: value ?? '' }),
      )
      return {}
    },
  ),
  rpc(
    'DELETE',
    `${path}/:id/tags`,
    'runs:write',
    { key: { type: 'string', required: true } },
    async (call) => {
      checkUnscoped(call)
      refuseReserved(call.request.key, 'deleted')
      await call.store.transact(call.principal, (tx) =>
        changeTags(tx, call.project.id, call.params.id ?? '', { [call.request.key]: null }),
      )
      return {}
    },
  ),
  rpc(
    'POST',
    `${path}/delete-traces`,
    'runs:write',
    {
      experiment_id: { type: 'string', required: true },
      max_timestamp_millis: { type: 'int64' },
      max_traces: { type: 'int64' },
      request_ids: { type: 'string', list: true },
    },
    async (call) => {
      checkUnscoped(call)
      const { request, project } = call
      checkDeletion(request)
      const [experimentId = ''] = await experimentIds(call, [request.experiment_id])
      const deleted = await call.store.transact(call.principal, (tx) =>
        deleteTraces(tx, {
          projectId: project.id,
          experimentId,
          ids: request.request_ids.length === 0 ? undefined : request.request_ids,
          until:
            request.max_timestamp_millis === undefined ? undefined : Number(request.max_timestamp_millis),
          most: request.max_traces === undefined ? undefined : Number(request.max_traces),
        }),
      )
      return { traces_deleted: deleted }
    },
  ),
])

interface DeletionRequest {
  readonly experiment_id: string
  readonly max_timestamp_millis: number | bigint | undefined
  readonly max_traces: number | bigint | undefined
  readonly request_ids: readonly string[]
}

function checkDeletion(request: DeletionRequest): void {
  const { max_timestamp_millis: until, max_traces: most, request_ids: ids } = request
  if (!/^\d{1,18}$/.test(request.experiment_id)) {
    throw invalid(`Invalid experiment ID '${request.experiment_id}'. Experiment ID must be a valid integer.`)
  }
  if (until === undefined && ids.length === 0) {
    throw invalid('Either `max_timestamp_millis` or `trace_ids` must be specified.')
  }
  if (until !== undefined && ids.length > 0) {
    throw invalid('Only one of `max_timestamp_millis` and `trace_ids` can be specified.')
  }
  if (ids.length > 0 && most !== undefined) {
    throw invalid("`max_traces` can't be specified if `trace_ids` is specified.")
  }
  if (most !== undefined && most <= 0) {
    throw invalid(`\`max_traces\` must be a positive integer, received ${most}.`)
  }
}

/** What says where spans are is the platform's to write. */
function refuseReserved(key: string, operation: string): void {
  if (key !== traceKey.spansLocation && key !== 'mlflow.trace.archiveLocation') return
  throw invalid(`Trace tag '${key}' is reserved and can't be ${operation}.`)
}

const linking: readonly Rpc[] = [
  rpc(
    'POST',
    `${legacy}/link-to-run`,
    'runs:write',
    { trace_ids: { type: 'string', list: true }, run_id: { type: 'string', required: true } },
    async (call) => {
      const { trace_ids: traceIds, run_id: runId } = call.request
      if (traceIds.length === 0) throw invalid("Missing value for required parameter 'trace_ids'.")
      if (traceIds.length > mostLinks) {
        throw invalid(
          `Cannot link more than ${mostLinks} traces to a run in a single request. Provided ${traceIds.length} traces.`,
        )
      }
      await checkRun(call, runId)
      await call.tracking.run(call.project.id, runId)
      await call.store.transact(call.principal, (tx) =>
        linkTraces(
          tx,
          call.project.id,
          traceIds.map((traceId) => ({ traceId, kind: 'run', target: runId })),
        ),
      )
      return {}
    },
  ),
  rpc(
    'POST',
    `${legacy}/link-prompts`,
    'runs:write',
    {
      trace_id: { type: 'string', required: true },
      prompt_versions: {
        type: 'message',
        list: true,
        fields: { name: { type: 'string' }, version: { type: 'string' } },
      },
    },
    async (call) => {
      const { trace_id: traceId, prompt_versions: prompts } = call.request
      await call.traces.trace(call.project.id, traceId)
      if (prompts.length === 0) return {}
      await call.store.transact(call.principal, (tx) =>
        linkTraces(
          tx,
          call.project.id,
          prompts.map(({ name, version }) => ({ traceId, kind: 'prompt', target: `${name}/${version}` })),
        ),
      )
      return {}
    },
  ),
]

function invalid(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message)
}

export const traceRpcs: readonly Rpc[] = [...starting, ...tagging, ...linking]
