import { randomBytes } from 'node:crypto'
import { type NewTrace, type TraceInfo, traceKey } from '../../areas/traces/index.ts'
import { pageSize, pair, pairsOf } from './experiments.ts'
import { type Rpc, rpc } from './rpc.ts'
import { some } from './show.ts'
import { promoted } from './trace-read.ts'
import { metadataOf, tagsOf } from './trace-show.ts'
import { experimentIds, openExperiment } from './traces.ts'

const base = '/2.0/mlflow/traces'
const statuses = ['OK', 'ERROR', 'IN_PROGRESS'] as const
const stateOf = { OK: 'ok', ERROR: 'error', IN_PROGRESS: 'in_progress' } as const

/** Traces as clients before version 3 tell them: a beginning, then an end. */
export const legacyTraceRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    base,
    'runs:write',
    {
      experiment_id: { type: 'string' },
      timestamp_ms: { type: 'int64' },
      request_metadata: pair,
      tags: pair,
    },
    async (call) => {
      const { request, project, traces } = call
      const experiment = await openExperiment(call, request.experiment_id || '0')
      const id = `tr-${randomBytes(16).toString('hex')}`
      const { [traceKey.name]: name = null, ...tags } = textsOf(request.tags)
      await traces.startTrace(experiment, {
        id,
        experimentId: experiment.id,
        name,
        state: 'in_progress',
        start: Number(request.timestamp_ms ?? Date.now()),
        duration: null,
        clientRequestId: null,
        request: null,
        response: null,
        ...promoted(textsOf(request.request_metadata)),
        tags,
        assessments: [],
      })
      return { trace_info: legacyView(await traces.trace(project.id, id)) }
    },
  ),
  rpc(
    'PATCH',
    `${base}/:id`,
    'runs:write',
    {
      request_id: { type: 'string' },
      timestamp_ms: { type: 'int64' },
      status: { type: 'enum', values: statuses },
      request_metadata: pair,
      tags: pair,
    },
    async (call) => {
      const { request, project, traces } = call
      const old = await traces.trace(project.id, call.params.id ?? '')
      const experiment = await openExperiment(call, old.experimentId)
      await traces.startTrace(experiment, ended(old, request))
      return { trace_info: legacyView(await traces.trace(project.id, old.id)) }
    },
  ),
  rpc('GET', `${base}/:id/info`, 'runs:read', {}, async ({ traces, project, params }) => ({
    trace_info: legacyView(await traces.trace(project.id, params.id ?? '')),
  })),
  rpc(
    'GET',
    base,
    'runs:read',
    {
      experiment_ids: { type: 'string', list: true },
      filter: { type: 'string' },
      max_results: { type: 'int64' },
      order_by: { type: 'string', list: true },
      page_token: { type: 'string' },
    },
    async (call) => {
      const { request, project } = call
      const page = await call.traces.search({
        projectId: project.id,
        experimentIds: await experimentIds(call, request.experiment_ids),
        filter: request.filter || undefined,
        order: request.order_by,
        limit: pageSize(request.max_results || undefined, 100, 500),
        cursor: request.page_token || undefined,
      })
      return { traces: some(page.traces.map(legacyView)), next_page_token: page.next }
    },
  ),
]

interface End {
  readonly timestamp_ms: number | bigint | undefined
  readonly status: (typeof statuses)[number] | undefined
  readonly request_metadata: Parameters<typeof pairsOf>[0]
  readonly tags: Parameters<typeof pairsOf>[0]
}

function ended(old: TraceInfo, end: End): NewTrace {
  const { [traceKey.name]: name = old.name, ...tags } = textsOf(end.tags)
  const added = promoted(textsOf(end.request_metadata))
  return {
    ...old,
    name,
    state: end.status === undefined ? 'unspecified' : stateOf[end.status],
    duration: Math.max(0, Number(end.timestamp_ms ?? old.start) - old.start),
    session: added.session ?? old.session,
    usage: added.usage ?? old.usage,
    cost: added.cost ?? old.cost,
    metadata: added.metadata,
    tags,
    assessments: [],
  }
}

function textsOf(pairs: Parameters<typeof pairsOf>[0]): Record<string, string> {
  return Object.fromEntries(pairsOf(pairs).map(({ key, value }) => [key, value]))
}

const statusNames = {
  unspecified: 'TRACE_STATUS_UNSPECIFIED',
  ok: 'OK',
  error: 'ERROR',
  in_progress: 'IN_PROGRESS',
} as const

function legacyView(trace: TraceInfo) {
  return {
    request_id: trace.id,
    experiment_id: trace.experimentId,
    timestamp_ms: trace.start,
    execution_time_ms: trace.duration ?? undefined,
    status: statusNames[trace.state],
    request_metadata: some(pairsView(metadataOf(trace))),
    tags: some(pairsView(tagsOf(trace))),
  }
}

function pairsView(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([key, value]) => ({ key, value }))
}
