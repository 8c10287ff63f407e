import type { Store } from '../../store/store.ts'
import type { Experiment } from '../tracking/index.ts'
import { type Arrival, arrivalOf, counted, resourceTags, rowOf, type SpanRow } from './arrival.ts'
import { insertAssessments } from './assessment-writer.ts'
import { countedSpans, createRecounts, mostCountedAtOnce } from './recount.ts'
import type { Span, Texts } from './span.ts'
import { checkMetadata, checkTraceId, checkTraceTag, type NewTrace, traceKey } from './trace.ts'
import { translated } from './translate.ts'
import { type Counts, costOf, tokensOf } from './usage.ts'

/** Spans of one sender. */
export interface Batch {
  readonly resource: ReadonlyMap<string, string>
  readonly spans: readonly Span[]
}

/** What arrives while applications run: much of it, in any order, sent again when an answer was lost. */
export function createIngest(store: Store) {
  const recountLater = createRecounts(store)

  /** Durable when it resolves. Sent again, a span replaces itself. Returns the ids of traces whose root was among them. */
  async function logSpans(experiment: Experiment, batches: readonly Batch[]): Promise<readonly string[]> {
    const traces = byTrace(batches)
    const rows = [...traces.values()].flatMap((trace) => trace.rows)
    if (rows.length === 0) return []
    const project_id = experiment.projectId
    await store.append(
      'spans',
      rows.map((row) => ({ project_id, ...row })),
      { onConflict: 'replace' },
    )
    const arrivals = [...traces.values()].map(({ spans, rows, resource }) => arrivalOf(spans, rows, resource))
    const large: string[] = []
    const whole = await Promise.all(
      arrivals.map(async (arrival) => {
        const known = await recounted(project_id, arrival)
        if (known === undefined) large.push(arrival.id)
        return known ?? { ...arrival, usage: undefined, cost: undefined }
      }),
    )
    await arrive(
      experiment,
      whole.map((arrival) => ({ ...arrivalRow(arrival), final: false })),
    )
    for (const id of large) await recountLater(project_id, id)
    hint(project_id)
    return whole.filter((arrival) => arrival.rootName !== null).map((arrival) => arrival.id)
  }

  /** Takes down a trace as its client tells it. Told again, the later holds; spans fill in only what it leaves open. */
  async function startTrace(experiment: Experiment, trace: NewTrace): Promise<void> {
    checkTraceId(trace.id)
    const tags = Object.fromEntries(
      Object.entries(trace.tags).map(([key, value]) => checkTraceTag(key, value)),
    )
    await arrive(experiment, [
      {
        id: trace.id,
        name: trace.name,
        root_name: null,
        state: trace.state,
        start_ms: trace.start,
        duration_ms: trace.duration,
        client_request_id: trace.clientRequestId,
        request_preview: trace.request,
        response_preview: trace.response,
        session: trace.session,
        usage: trace.usage,
        cost: trace.cost,
        // The client saw all of its spans.
        counted: trace.usage === null && trace.cost === null ? 0 : most,
        final: true,
        tags,
        metadata: checkMetadata(trace.metadata),
      },
    ])
    if (trace.assessments.length > 0) {
      await store.housekeep((tx) => insertAssessments(tx, experiment.projectId, trace.id, trace.assessments))
    }
    hint(experiment.projectId)
  }

  async function arrive(experiment: Experiment, rows: readonly ArrivalRow[]): Promise<void> {
    const root = experiment.artifactLocation.replace(/\/+$/, '')
    const ready = rows.map((row) => ({
      ...row,
      project_id: experiment.projectId,
      experiment_id: Number(experiment.id),
      tags: { ...row.tags, [traceKey.artifacts]: `${root}/traces/${row.id}/artifacts` },
    }))
    await store.append('trace_arrivals', ready)
  }

  /** Counts anew over all spans that are stored, when the batch alone can't tell; undefined when these are many. */
  async function recounted(projectId: string, arrival: Arrival): Promise<Arrival | undefined> {
    if (arrival.usage === undefined && arrival.cost === undefined) return arrival
    const most = Math.max(mostCountedAtOnce, arrival.counted)
    const stored = await countedSpans(store, projectId, arrival.id, most)
    if (stored.length > most) return undefined
    if (stored.length <= arrival.counted) return arrival
    return {
      ...arrival,
      usage: tokensOf(counted(stored, 'usage')),
      cost: costOf(counted(stored, 'cost')),
      counted: stored.length,
    }
  }

  const hinted = new Map<string, number>()
  /** Browsers are told at most once a second: under load there would be thousands of hints. */
  function hint(projectId: string): void {
    const now = Date.now()
    if (now - (hinted.get(projectId) ?? 0) < 1000) return
    hinted.set(projectId, now)
    store.notify('hints', JSON.stringify({ project_id: projectId, topic: 'traces:*' }))
  }

  return { logSpans, startTrace }
}

/** Greater than the number of spans of any trace. */
const most = 2_000_000_000

interface ArrivalRow {
  readonly id: string
  readonly name: string | null
  readonly root_name: string | null
  readonly state: string
  readonly start_ms: number
  readonly duration_ms: number | null
  readonly client_request_id: string | null
  readonly request_preview: string | null
  readonly response_preview: string | null
  readonly session: string | null
  readonly usage: Counts | null
  readonly cost: Counts | null
  readonly counted: number
  readonly final: boolean
  readonly tags: Texts
  readonly metadata: Texts
}

function arrivalRow(arrival: Arrival): Omit<ArrivalRow, 'final'> {
  return {
    id: arrival.id,
    name: arrival.name,
    root_name: arrival.rootName,
    state: arrival.state,
    start_ms: arrival.start,
    duration_ms: arrival.duration,
    client_request_id: null,
    request_preview: arrival.request ?? null,
    response_preview: arrival.response ?? null,
    session: arrival.session ?? null,
    usage: arrival.usage ?? null,
    cost: arrival.cost ?? null,
    counted: arrival.usage === undefined && arrival.cost === undefined ? 0 : arrival.counted,
    tags: arrival.tags,
    metadata: arrival.metadata,
  }
}

interface TraceBatch {
  readonly spans: Span[]
  readonly rows: SpanRow[]
  resource: Texts
}

/** By trace, in the order of ids, so that writers lock in the same order; of a span sent twice the later holds. */
function byTrace(batches: readonly Batch[]): Map<string, TraceBatch> {
  const spans = new Map<string, { span: Span; resource: Texts }>()
  for (const batch of batches) {
    const resource = resourceTags(batch.resource)
    for (const span of batch.spans)
      spans.set(`${span.traceId} ${span.id}`, { span: translated(span), resource })
  }
  const traces = new Map<string, TraceBatch>()
  for (const [, { span, resource }] of [...spans].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const trace = traces.get(span.traceId) ?? { spans: [], rows: [], resource: {} }
    trace.spans.push(span)
    trace.rows.push(rowOf(span))
    trace.resource = { ...resource, ...trace.resource }
    traces.set(span.traceId, trace)
  }
  return traces
}
