import { Readable } from 'node:stream'
import { artifactPath, downloadHeaders, joinPath } from '../../areas/artifacts/index.ts'
import { type StoredSpan, type TraceInfo, traceKey } from '../../areas/traces/index.ts'
import { sent } from './artifacts.ts'
import { MlflowError } from './failure.ts'
import { type Call, FileAnswer, type Rpc, rpc } from './rpc.ts'
import { spanFile, spanView } from './span-show.ts'
import { traceInfoView } from './trace-show.ts'

type TraceCall = Pick<Call, 'project' | 'traces'>

const base = '/3.0/mlflow/traces'
/** How long a trace is waited for whose last spans are on their way, and how often it is looked at. */
const patience = { ms: 3000, everyMs: 100 }
const mostTraces = 500

/** Traces with their spans. Answers are streamed: a trace may have tens of thousands. */
export const traceSpanRpcs: readonly Rpc[] = [
  rpc(
    'GET',
    `${base}/get`,
    'runs:read',
    { trace_id: { type: 'string', required: true }, allow_partial: { type: 'bool' } },
    async (call) => {
      const { trace_id: id, allow_partial: partial } = call.request
      const trace = await call.traces.find(call.project.id, id)
      if (trace === undefined) {
        throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Trace with ID ${id} is not found.`)
      }
      if (partial !== true && !(await complete(call, trace))) {
        throw new MlflowError(
          'RESOURCE_DOES_NOT_EXIST',
          `Trace with ID ${id} is not fully exported yet, please try again later.`,
        )
      }
      return streamed(joined(['{"trace":', traceText(call, trace), '}']))
    },
  ),
  rpc(
    'GET',
    `${base}/batchGet`,
    'runs:read',
    { trace_ids: { type: 'string', list: true }, experiment_ids: { type: 'string', list: true } },
    async (call) => {
      const { trace_ids: ids, experiment_ids: experiments } = call.request
      requireSome(ids)
      const found = await call.traces.infos(
        call.project.id,
        ids.slice(0, mostTraces),
        experiments.length === 0 ? undefined : experiments,
      )
      const counts = await call.traces.spanCounts(
        call.project.id,
        found.map((trace) => trace.id),
      )
      const whole = found.filter((trace) => isWhole(trace, counts.get(trace.id) ?? 0))
      const texts = whole.flatMap((trace, index) => [index === 0 ? '' : ',', traceText(call, trace)])
      return streamed(joined(['{"traces":[', ...texts, ']}']))
    },
  ),
  rpc(
    'POST',
    `${base}/batchGetInfos`,
    'runs:read',
    { trace_ids: { type: 'string', list: true }, experiment_ids: { type: 'string', list: true } },
    async (call) => {
      const { trace_ids: ids, experiment_ids: experiments } = call.request
      requireSome(ids)
      const found = await call.traces.infos(
        call.project.id,
        ids,
        experiments.length === 0 ? undefined : experiments,
      )
      return { trace_infos: found.map(traceInfoView) }
    },
  ),
  rpc(
    'GET',
    '/2.0/mlflow/get-trace-artifact',
    'runs:read',
    { request_id: { type: 'string' }, path: { type: 'string' } },
    async (call) => {
      const id = call.request.request_id ?? ''
      if (id === '') {
        throw new MlflowError('BAD_REQUEST', 'Request must include the "request_id" query parameter.')
      }
      const trace = await call.traces.trace(call.project.id, id)
      const path = call.request.path
      if (path !== undefined && path !== '') return await storedFile(call, trace, `attachments/${path}`)
      if (trace.tags[traceKey.spansLocation] === undefined)
        return await storedFile(call, trace, 'traces.json')
      return streamed(joined(['{"spans":[', spansText(call, id, spanFile), ']}']), {
        ...downloadHeaders('traces.json'),
        'content-type': 'application/octet-stream',
      })
    },
  ),
]

function requireSome(ids: readonly string[]): void {
  if (ids.length > 0) return
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    "Missing value for required parameter 'trace_ids'. See the API docs for more information about request parameters.",
  )
}

/** Spans may arrive a moment after the client has told that the trace has ended. */
async function complete(call: TraceCall, trace: TraceInfo): Promise<boolean> {
  const until = Date.now() + patience.ms
  for (;;) {
    const counts = await call.traces.spanCounts(call.project.id, [trace.id])
    if (isWhole(trace, counts.get(trace.id) ?? 0)) return true
    if (Date.now() >= until) return false
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs))
  }
}

/** The client says in its metadata how many spans there are. */
function isWhole(trace: TraceInfo, spans: number): boolean {
  const stats = /"num_spans":\s*(\d+)/.exec(trace.metadata['mlflow.trace.sizeStats'] ?? '')?.[1]
  return spans > 0 && spans >= Number(stats ?? 0)
}

async function storedFile(call: Call, trace: TraceInfo, path: string): Promise<FileAnswer> {
  const root = call.artifacts.ownPath(trace.tags[traceKey.artifacts] ?? '')
  const full = joinPath(root, artifactPath(path))
  return await sent(call, await call.artifacts.find(call.project.id, full), path)
}

async function* traceText(call: TraceCall, trace: TraceInfo): AsyncGenerator<string> {
  yield `{"trace_info":${JSON.stringify(traceInfoView(trace))},"spans":[`
  yield* spansText(call, trace.id, spanView)
  yield ']}'
}

async function* spansText(
  call: TraceCall,
  traceId: string,
  view: (span: StoredSpan) => object,
): AsyncGenerator<string> {
  let first = true
  for await (const page of call.traces.spans(call.project.id, traceId)) {
    const text = page.map((span) => JSON.stringify(view(span))).join(',')
    yield first ? text : `,${text}`
    first = false
  }
}

async function* joined(parts: readonly (string | AsyncGenerator<string>)[]): AsyncGenerator<string> {
  for (const part of parts) {
    if (typeof part === 'string') yield part
    else yield* part
  }
}

function streamed(
  text: AsyncGenerator<string>,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): FileAnswer {
  return new FileAnswer(Readable.from(text), 200, headers)
}
