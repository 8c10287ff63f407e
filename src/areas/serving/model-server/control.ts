import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { SlipwayError } from '../../../base/error.ts'
import type { ServerReport } from '../../../contract/modelserver.ts'
import { apiPrefix } from '../../../contract/prefix.ts'

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly signal: AbortSignal
  readonly idleMs: number
  readonly body?: { readonly type: string; readonly size: number; readonly content: Readable | string }
}

/** What the model server asks of the control plane, over HTTP. Everything rejects when the control plane is away. */
export class Control {
  readonly #url: string
  readonly #secret: string
  readonly #agent: http.Agent
  readonly #request: typeof http.request

  constructor(url: string, secret: string) {
    this.#url = `${url}${apiPrefix}/internal/model-server`
    this.#secret = secret
    const { protocol, hostname } = new URL(url)
    // Certificates are for the name that people use, which is not the loopback address.
    const rejectUnauthorized = !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
    const isTls = protocol === 'https:'
    this.#agent = isTls
      ? new https.Agent({ keepAlive: true, rejectUnauthorized })
      : new http.Agent({ keepAlive: true })
    this.#request = isTls ? https.request : http.request
  }

  close(): void {
    this.#agent.destroy()
  }

  /** The next signed snapshot after `etag`, not yet verified; undefined when there is none within `waitMs`. */
  async snapshot(
    query: { readonly serverId: string; readonly etag: string | undefined; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<unknown> {
    const search = new URLSearchParams({ server_id: query.serverId, wait_ms: String(query.waitMs) })
    if (query.etag !== undefined) search.set('etag', query.etag)
    const path = `/snapshot?${search}`
    const answer = await this.#ok({ method: 'GET', path, signal, idleMs: query.waitMs + 10_000 })
    const body: unknown = await json(answer)
    const unchanged = typeof body === 'object' && body !== null && 'unchanged' in body
    return unchanged ? undefined : body
  }

  async report(report: ServerReport, signal: AbortSignal): Promise<void> {
    const content = JSON.stringify(report)
    const body = { type: 'application/json', size: Buffer.byteLength(content), content }
    const answer = await this.#ok({ method: 'POST', path: '/report', signal, idleMs: 5000, body })
    answer.resume()
  }

  blob(digest: string, signal: AbortSignal): Promise<Readable> {
    return this.#ok({ method: 'GET', path: `/blobs/${digest}`, signal, idleMs: 30_000 })
  }

  /** `refused`: sending it again can't succeed. */
  async segment(name: string, path: string, signal: AbortSignal): Promise<'taken' | 'refused'> {
    const { size } = await stat(path)
    const body = { type: 'application/octet-stream', size, content: createReadStream(path) }
    const answer = await this.#send({
      method: 'PUT',
      path: `/segments/${name}`,
      signal,
      idleMs: 30_000,
      body,
    })
    answer.resume()
    const status = answer.statusCode ?? 0
    if (status < 300) return 'taken'
    if (status === 409 || status === 400 || status === 413) return 'refused'
    throw unexpected(status, `/segments/${name}`)
  }

  async #ok(call: Call): Promise<IncomingMessage> {
    const answer = await this.#send(call)
    if (answer.statusCode === 200) return answer
    answer.resume()
    throw unexpected(answer.statusCode ?? 0, call.path)
  }

  #send({ method, path, signal, idleMs, body }: Call): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { authorization: `Bearer ${this.#secret}` }
      if (body) {
        headers['content-type'] = body.type
        headers['content-length'] = body.size
      }
      const request = this.#request(
        this.#url + path,
        { method, headers, signal, agent: this.#agent },
        resolve,
      )
      request.setTimeout(idleMs, () => request.destroy(new Error('The control plane does not answer.')))
      request.on('error', reject)
      if (!body || typeof body.content === 'string') request.end(body?.content)
      else {
        body.content.on('error', (error) => request.destroy(error))
        body.content.pipe(request)
      }
    })
  }
}

function unexpected(status: number, path: string): Error {
  if (status === 401 || status === 403) {
    return new SlipwayError(
      'unauthenticated',
      'The control plane does not know the secret of this model server.',
    )
  }
  return new Error(`The control plane answered ${status} to ${path.replace(/\?.*/, '')}.`)
}
