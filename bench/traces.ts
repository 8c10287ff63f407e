// Measures traces over HTTP beside MLflow's own server from PyPI: spans taken in by OTLP, and searches over many traces.
// `node bench/traces.ts [--quick] [--alone]`. The same bytes go to each server in turn.
import { parseArgs } from 'node:util'
import protobuf from 'protobufjs/minimal.js'
import { startMlflow } from './tracking/mlflow.ts'
import { startSlipway } from './tracking/slipway.ts'
import { call, type Target } from './tracking/target.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, alone: { type: 'boolean' } } })
const quick = values.quick === true
const size = { seconds: quick ? 2 : 10, callers: 8, traces: quick ? 2000 : 10_000, searches: quick ? 5 : 20 }
const spansPerTrace = 10
const tracesPerRequest = 10
let trace = 0

const searches: readonly (readonly [name: string, body: Record<string, unknown>])[] = [
  ['latest 100', {}],
  ['errors, slowest first', { filter: "status = 'ERROR'", order_by: ['execution_time DESC'] }],
  ['by a tag', { filter: "tags.`service.name` = 'shop-7'" }],
  ['by an attribute of a span', { filter: "span.attributes.order LIKE '%order-4242%'" }],
  ['by words', { filter: "trace.text LIKE '%parcel 77 %'" }],
]

type Rates = Map<string, number>
const results: { name: string; rates: Rates }[] = []
{
  await using slipway = await startSlipway()
  results.push({ name: 'slipway', rates: await measure(slipway) })
}
if (values.alone !== true) {
  for (const database of ['sqlite', 'postgresql'] as const) {
    await using mlflow = await startMlflow(database)
    results.push({ name: `mlflow, ${database}`, rates: await measure(mlflow) })
  }
}
for (const what of results[0]?.rates.keys() ?? []) {
  const row = results.map(({ name, rates }) => `${name} ${rates.get(what)?.toPrecision(4) ?? '–'}`)
  console.log(`${what}: ${row.join(' | ')}`)
}

async function measure(target: Target): Promise<Rates> {
  const rates: Rates = new Map()
  const noise = await experiment(target, 'noise')
  rates.set('spans/s by OTLP', await ingest(target, noise, { until: Date.now() + size.seconds * 1000 }))
  const many = await experiment(target, 'many')
  await ingest(target, many, { requests: size.traces / tracesPerRequest })
  for (const [name, body] of searches) {
    rates.set(`search ${size.traces} traces, ${name}, ms`, await search(target, many, body))
  }
  for (const [what, value] of rates) console.error(`${target.name}: ${what}: ${value.toPrecision(4)}`)
  return rates
}

async function experiment(target: Target, name: string): Promise<string> {
  return String((await call(target, 'experiments/create', { name })).experiment_id)
}

/** Spans per second until the time, or until so many requests were answered. */
async function ingest(
  target: Target,
  experimentId: string,
  end: { until?: number; requests?: number },
): Promise<number> {
  const begin = performance.now()
  let spans = 0
  let sent = 0
  const caller = async () => {
    while (end.until === undefined ? sent < (end.requests ?? 0) : Date.now() < end.until) {
      sent += 1
      const response = await fetch(`http://127.0.0.1:${target.port}/v1/traces`, {
        method: 'POST',
        headers: {
          ...authorized(target),
          'content-type': 'application/x-protobuf',
          'x-mlflow-experiment-id': experimentId,
        },
        body: payload(),
      })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      await response.arrayBuffer()
      spans += spansPerTrace * tracesPerRequest
    }
  }
  await Promise.all(Array.from({ length: size.callers }, caller))
  return spans / ((performance.now() - begin) / 1000)
}

/** The median of the times that one search takes. */
async function search(target: Target, experimentId: string, body: Record<string, unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < size.searches; i += 1) {
    const begin = performance.now()
    const response = await fetch(`http://127.0.0.1:${target.port}/api/3.0/mlflow/traces/search`, {
      method: 'POST',
      headers: { ...authorized(target), 'content-type': 'application/json' },
      body: JSON.stringify({
        locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } }],
        max_results: 100,
        ...body,
      }),
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    await response.arrayBuffer()
    times.push(performance.now() - begin)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

function authorized({ token }: Target): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** A request with several traces of a few spans each: about 300 bytes a span. */
function payload(): Uint8Array<ArrayBuffer> {
  const writer = protobuf.Writer.create()
  for (let i = 0; i < tracesPerRequest; i += 1) {
    trace += 1
    writer.uint32(10).fork()
    writer.uint32(10).fork()
    attribute(writer, 10, 'service.name', `shop-${trace % 50}`)
    writer.ldelim()
    writer.uint32(18).fork()
    for (let n = 1; n <= spansPerTrace; n += 1) span(writer, n)
    writer.ldelim().ldelim()
  }
  return Uint8Array.from(writer.finish())
}

function span(writer: protobuf.Writer, n: number): void {
  const start = BigInt(Date.now()) * 1_000_000n
  const end = start + BigInt(1_000_000 * ((trace * 7) % 900))
  writer.uint32(18).fork()
  writer.uint32(10).bytes(Buffer.from(trace.toString(16).padStart(32, '0'), 'hex'))
  writer.uint32(18).bytes(idOf(n))
  if (n > 1) writer.uint32(34).bytes(idOf(1))
  writer.uint32(42).string(`operation ${n}`)
  writer.uint32(57).fixed64(String(start)).uint32(65).fixed64(String(end))
  attribute(writer, 74, 'mlflow.spanInputs', `{"question": "Where is parcel ${trace} of order ${trace}?"}`)
  attribute(writer, 74, 'order', `order-${trace}`)
  attribute(writer, 74, 'gen_ai.request.model', 'tiny-1')
  writer
    .uint32(122)
    .fork()
    .uint32(24)
    .int32(n === 1 && trace % 20 === 0 ? 2 : 1)
    .ldelim()
  writer.ldelim()
}

function attribute(writer: protobuf.Writer, tag: number, key: string, value: string): void {
  writer
    .uint32(tag)
    .fork()
    .uint32(10)
    .string(key)
    .uint32(18)
    .fork()
    .uint32(10)
    .string(value)
    .ldelim()
    .ldelim()
}

function idOf(n: number): Buffer {
  return Buffer.from(n.toString(16).padStart(16, '0'), 'hex')
}
