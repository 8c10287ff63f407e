import { Readable } from 'node:stream'
import { linkTraces } from '../../areas/traces/index.ts'
import { bodyOf } from '../otlp/body.ts'
import { decodeProtobuf, type Export } from '../otlp/decode.ts'
import { decodeJson } from '../otlp/decode-json.ts'
import { exportReply, jsonType, protobufType } from '../otlp/reply.ts'
import { MlflowError } from './failure.ts'
import { type Call, FileAnswer, type Rpc, rpc } from './rpc.ts'
import { checkRun } from './scope.ts'

/** OTLP/HTTP: what OpenTelemetry's exporters send, with the experiment named by a header. */
export const otlpRpcs: readonly Rpc[] = [
  { ...rpc('POST', '/v1/traces', 'runs:write', {}, receive), upload: true },
]

async function receive(call: Call): Promise<FileAnswer> {
  const experimentId = header(call, 'x-mlflow-experiment-id')
  if (experimentId === undefined) return refused('The header x-mlflow-experiment-id is required.')
  const type = mediaType(call)
  const { batches, rejected } = await exported(call, type)
  const spans = batches.reduce((sum, batch) => sum + batch.spans.length, 0)
  if (spans === 0 && rejected.length > 0) {
    return refused(`Cannot convert OpenTelemetry span to MLflow span: ${rejected[0]}`)
  }
  if (batches.length === 0) {
    throw new MlflowError('BAD_REQUEST', 'Invalid OpenTelemetry format - no spans found')
  }
  const experiment = await call.tracking.experiment(call.project.id, experimentId)
  if (experiment === undefined) {
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experimentId} exists`)
  }
  if (experiment.deleted) {
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `The experiment ${experimentId} must be in the 'active' state. Current state is deleted.`,
    )
  }
  const runId = header(call, 'x-mlflow-run-id')
  if (runId !== undefined) await checkRun(call, runId)
  const whole = await call.traces.logSpans(experiment, batches)
  if (runId !== undefined && whole.length > 0) await link(call, whole, runId)
  return answer(200, type, exportReply(type, rejected))
}

async function exported(call: Call, type: string): Promise<Export> {
  const body = await bodyOf(call.stream, header(call, 'content-encoding'))
  return type === jsonType ? decodeJson(body.toString('utf8')) : decodeProtobuf(body)
}

/** A run that is unknown must not lose the spans, which are stored by now. */
async function link(call: Call, traces: readonly string[], runId: string): Promise<void> {
  if ((await call.tracking.findRun(call.project.id, runId)) === undefined) return
  await call.store.transact(call.principal, (tx) =>
    linkTraces(
      tx,
      call.project.id,
      traces.map((traceId) => ({ traceId, kind: 'run', target: runId })),
    ),
  )
}

function mediaType(call: Call): string {
  const given = header(call, 'content-type')
  const type = given?.split(';')[0]?.trim().toLowerCase()
  if (type === protobufType || type === jsonType) return type
  throw new MlflowError(
    'BAD_REQUEST',
    `Invalid Content-Type: ${given ?? 'None'}. Expected: ${protobufType} or ${jsonType}`,
  )
}

function header(call: Call, name: string): string | undefined {
  const value = call.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Spans of which none can be kept: their sender must not try again. */
function refused(message: string): FileAnswer {
  const body = { error_code: 'INVALID_PARAMETER_VALUE', message }
  return answer(422, jsonType, Buffer.from(JSON.stringify(body)))
}

function answer(status: number, type: string, bytes: Buffer): FileAnswer {
  return new FileAnswer(Readable.from([bytes], { objectMode: false }), status, {
    'content-type': type,
    'content-length': String(bytes.length),
  })
}
