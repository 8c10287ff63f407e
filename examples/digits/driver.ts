/**
 * Sends live traffic at a fixed rate, whatever the answers do (open loop), counts every answer, refusal and reset from the
 * caller's side, and delivers the true labels late. Its own process: what happens to the platform does not happen to it.
 *
 *   node driver.ts '{"inference":"http://…","api":"http://…","token":"…","rate":150,…}'
 *
 * Reads commands from standard input, one a line: `fault on`, `fault off`, `stop`. Writes its counts as one JSON object a
 * line, twice a second, and a last one with `"final": true`.
 */
import { appendFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Image, imageOf, readCsv, throughBadCamera } from './images.ts'

export interface DriverOptions {
  /** Where the model server answers, for example http://127.0.0.1:4680. */
  readonly inference: string
  /** Where labels go, for example http://127.0.0.1:4600. */
  readonly api: string
  readonly token: string
  readonly deployment: string
  /** Requests a second. */
  readonly rate: number
  /** Images of digits.csv before this one were training data. */
  readonly firstImage: number
  readonly labelDelayMs: number
  /**
   * A directory that gets `predictions.csv`, `<prediction id>,<request id>` of each acknowledged request, and
   * `failures.csv`, `<sent>,<failed>,<why>` of each other, in milliseconds since 1970.
   */
  readonly ledger?: string
  /** Ids of live images begin with this. */
  readonly prefix: string
}

export interface Counts {
  readonly sent: number
  readonly answered: number
  /** Answers other than 200, by status. */
  readonly refused: Record<string, number>
  /** Connections that broke or could not be made, by code. */
  readonly broken: Record<string, number>
  readonly labelled: number
  readonly fault: boolean
  /** Of the latest 300 answers, how many were right; null before there are as many. */
  readonly accuracy: number | null
  readonly p50: number
  readonly p99: number
  readonly maxInFlight: number
  readonly final?: true
}

const options = JSON.parse(process.argv[2] ?? '{}') as DriverOptions
const images = readCsv(join(import.meta.dirname, 'digits.csv'))
  .rows.slice(options.firstImage)
  .map(imageOf)
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const target = new URL(`/v2/models/${options.deployment}/infer`, options.inference)
const timeoutMs = 10_000

let fault = false
let sent = 0
let answered = 0
let labelled = 0
let inFlight = 0
let maxInFlight = 0
const refused: Record<string, number> = {}
const broken: Record<string, number> = {}
const latencies: number[] = []
const right: boolean[] = []
const due: { at: number; request_id: string; value: number; observed_at: string }[] = []

function send(): void {
  const image = images[sent % images.length] as Image
  const id = `${options.prefix}${String(sent).padStart(6, '0')}`
  const pixels = fault ? throughBadCamera(image.pixels) : image.pixels
  const body = JSON.stringify({
    id,
    inputs: [{ name: 'input', datatype: 'FP32', shape: [1, 64], data: pixels }],
  })
  sent += 1
  inFlight += 1
  maxInFlight = Math.max(maxInFlight, inFlight)
  const started = performance.now()
  const fail = (counts: Record<string, number>, why: string) => {
    count(counts, why)
    write('failures.csv', `${Math.round(performance.timeOrigin + started)},${Date.now()},${why}`)
  }
  const broke = (error: NodeJS.ErrnoException) => {
    inFlight -= 1
    fail(broken, error.code ?? error.message)
  }
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${options.token}`,
  }
  const call = request(target, { agent, method: 'POST', headers, timeout: timeoutMs }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    response.on('end', () => {
      inFlight -= 1
      latencies.push(performance.now() - started)
      if (response.statusCode === 200)
        accept(id, image, text, String(response.headers['slipway-prediction-id'] ?? ''))
      else fail(refused, String(response.statusCode))
    })
    response.on('error', broke)
  })
  call.on('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })))
  call.on('error', broke)
  call.end(body)
}

function accept(id: string, image: Image, text: string, predictionId: string): void {
  const answer = JSON.parse(text) as { outputs: { name: string; data: number[] }[] }
  answered += 1
  right.push(answer.outputs.find((output) => output.name.includes('label'))?.data[0] === image.digit)
  if (right.length > 300) right.shift()
  write('predictions.csv', `${predictionId},${id}`)
  const now = Date.now()
  due.push({
    at: now + options.labelDelayMs,
    request_id: id,
    value: image.digit,
    observed_at: new Date(now).toISOString(),
  })
}

function write(file: string, line: string): void {
  if (options.ledger !== undefined) appendFileSync(join(options.ledger, file), `${line}\n`)
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

/** Sends the labels that have come due; those that are not accepted are sent again. */
async function deliver(all: boolean): Promise<void> {
  const ready = due.filter((label) => all || label.at <= Date.now()).slice(0, 5_000)
  if (ready.length === 0) return
  try {
    const response = await fetch(
      `${options.api}/api/slipway/v1/projects/default/deployments/${options.deployment}/labels`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ labels: ready.map(({ at: _, ...label }) => label) }),
        signal: AbortSignal.timeout(timeoutMs),
      },
    )
    if (!response.ok) return count(refused, `labels ${response.status}`)
    due.splice(0, ready.length)
    labelled += ready.length
  } catch (error) {
    count(broken, `labels ${error instanceof Error ? error.name : 'failed'}`)
  }
}

function report(final: boolean): void {
  const sorted = latencies.slice(-2_000).sort((a, b) => a - b)
  const at = (q: number) => Number((sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(2))
  const accuracy = right.length < 300 ? null : right.filter(Boolean).length / right.length
  const counts: Counts = {
    sent,
    answered,
    refused,
    broken,
    labelled,
    fault,
    accuracy,
    p50: at(0.5),
    p99: at(0.99),
    maxInFlight,
    ...(final ? { final } : {}),
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`)
}

const begun = performance.now()
const ticker = setInterval(() => {
  const expected = Math.floor(((performance.now() - begun) / 1000) * options.rate)
  while (sent < expected) send()
}, 4)
let delivering = Promise.resolve()
const labeller = setInterval(() => {
  delivering = delivering.then(() => deliver(false))
}, 500)
const reporter = setInterval(() => report(false), 500)

async function stop(): Promise<void> {
  clearInterval(ticker)
  clearInterval(labeller)
  clearInterval(reporter)
  const deadline = Date.now() + timeoutMs
  while (inFlight > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 10))
  await delivering
  await deliver(true)
  report(true)
  agent.destroy()
  process.exitCode = 0
  process.stdin.destroy()
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'fault on') fault = true
  else if (line === 'fault off') fault = false
  else if (line === 'stop') void stop()
})
process.stdin.on('end', () => void stop())
