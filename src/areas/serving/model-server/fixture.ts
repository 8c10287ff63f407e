import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, json } from 'node:stream/consumers'
import { silent } from '../../../base/log.ts'
import type { ServerReport, Snapshot } from '../../../contract/modelserver.ts'
import { apiPrefix } from '../../../contract/prefix.ts'
import { decodeSegment } from '../log/decode.ts'
import type { PredictionRecord } from '../log/record.ts'
import { snapshotSignature } from '../snapshot.ts'
import { type ModelServerOptions, runModelServer } from './run.ts'

export const secret = 'secret-of-tests'
export const project = '0199a000-0000-7000-8000-00000000000a'
export const otherProject = '0199a000-0000-7000-8000-00000000000b'
const internal = `${apiPrefix}/internal/model-server`

type Deployments = Snapshot['deployments']

/** For tests: the control plane's side of the protocol, in memory, on a real port. */
export class FakeControl implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>()
  readonly segments = new Map<string, Buffer>()
  readonly reports: ServerReport[] = []
  refusals = 0
  #server = createServer((request, response) => void this.#answer(request, response))
  #version = 0
  #body: string | undefined
  #waiting = new Set<() => void>()
  port = 0

  async start(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  put(bytes: Buffer): string {
    const digest = createHash('sha256').update(bytes).digest('hex')
    this.blobs.set(digest, bytes)
    return digest
  }

  /** Tells the model servers what to do. */
  publish(snapshot: Partial<Snapshot> & { deployments: Deployments }): number {
    const version = snapshot.version ?? ++this.#version
    const whole = {
      version,
      issued_at: new Date().toISOString(),
      tokens: [],
      auth: 'none' as const,
      ...snapshot,
    }
    this.#body = JSON.stringify(whole)
    this.#changed()
    return version
  }

  async stop(): Promise<void> {
    this.#changed()
    this.#server.closeAllConnections()
    this.#server.close()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Resolves when a report says so. */
  async until(says: (report: ServerReport) => boolean): Promise<ServerReport> {
    for (;;) {
      const last = this.reports.at(-1)
      if (last && says(last)) return last
      await this.happened()
    }
  }

  /** Resolves at the next report or segment. */
  happened(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  async records(): Promise<PredictionRecord[]> {
    const records: PredictionRecord[] = []
    for (const bytes of this.segments.values())
      for await (const record of decodeSegment(bytes)) records.push(record)
    return records
  }

  #changed(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://x')
    const path = url.pathname.replace(internal, '')
    if (request.headers.authorization !== `Bearer ${secret}`) {
      this.refusals++
      return void response.writeHead(401).end()
    }
    const [, noun, name = ''] = path.split('/')
    if (noun === 'snapshot') return this.#snapshot(url.searchParams, response)
    if (noun === 'report') this.reports.push((await json(request)) as ServerReport)
    if (noun === 'segments') this.segments.set(name, await buffer(request))
    if (noun === 'blobs') {
      const bytes = this.blobs.get(name)
      return void (bytes ? response.end(bytes) : response.writeHead(404).end())
    }
    response.setHeader('content-type', 'application/json')
    response.end('{}')
    this.#changed()
  }

  async #snapshot(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const deadline = Date.now() + Number(query.get('wait_ms'))
    const etag = () =>
      createHash('sha256')
        .update(this.#body ?? '')
        .digest('hex')
    while ((this.#body === undefined || query.get('etag') === etag()) && Date.now() < deadline) {
      await this.happened()
      if (!this.#server.listening) return void response.destroy()
    }
    const body = this.#body ?? ''
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ etag: etag(), body, signature: snapshotSignature(body, secret) }))
  }
}

/** A deployment with one revision per digest and its weight. */
export function deploymentOf(
  name: string,
  revisions: readonly { digest: string; weight: number; number?: number }[],
  more: Partial<Deployments[number]> = {},
): Deployments[number] {
  const ordinal = createHash('sha256').update(name).digest('hex').slice(0, 12)
  return {
    id: `0199a000-0000-7000-8000-${ordinal}`,
    name,
    project_id: project,
    risk: 'limited',
    limits: {},
    revisions: revisions.map(({ digest, weight, number }, i) => ({
      number: number ?? i + 1,
      weight,
      model_version_id: `0199a000-0000-7000-8000-${String(number ?? i + 1).padStart(12, '0')}`,
      digest,
      signature: {},
    })),
    ...more,
  }
}

export interface TestModelServer extends AsyncDisposable {
  readonly url: string
  readonly home: string
  stop(): Promise<void>
}

export async function makeHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'slipway-model-server-'))
}

/** A model server in this process. Its home is removed unless it was given. */
export async function startModelServer(
  controlUrl: string,
  options: Partial<ModelServerOptions> = {},
): Promise<TestModelServer> {
  const home = options.home ?? (await makeHome())
  const stop = new AbortController()
  const listening = Promise.withResolvers<string>()
  const running = runModelServer({
    home,
    host: '127.0.0.1',
    port: 0,
    controlUrl,
    secret,
    log: silent,
    signal: stop.signal,
    rotateMs: 100,
    onListening: listening.resolve,
    ...options,
  })
  running.catch(listening.reject)
  const url = await listening.promise
  const end = async () => {
    stop.abort()
    await running
  }
  return {
    url,
    home,
    stop: end,
    async [Symbol.asyncDispose]() {
      await end()
      if (options.home === undefined) await rm(home, { recursive: true, force: true })
    },
  }
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any form
  readonly json: any
}

/** One request of any form; no agent magic. */
export function ask(
  url: string,
  path: string,
  options: { method?: string; body?: string | Buffer; headers?: Record<string, string> } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { body, headers = {}, method = body === undefined ? 'GET' : 'POST' } = options
    const request = httpRequest(url + path, { method, headers }, async (response) => {
      const bytes = await buffer(response)
      const isJson = response.headers['content-type'] === 'application/json'
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: bytes,
        json: isJson ? JSON.parse(bytes.toString()) : undefined,
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Asks for the inference of FP32 rows. */
export function inferRows(url: string, model: string, rows: number[][], more: Record<string, unknown> = {}) {
  const shape = [rows.length, rows[0]?.length ?? 0]
  const body = JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', shape, data: rows }], ...more })
  return ask(url, `/v2/models/${model}/infer`, { body })
}

export function isReady(deploymentId: string, ...numbers: number[]) {
  return (report: ServerReport) =>
    numbers.every((number) =>
      report.revisions.some(
        (one) => one.deployment_id === deploymentId && one.number === number && one.state === 'ready',
      ),
    )
}
