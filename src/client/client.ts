import type { Endpoint, Input, Output } from '../base/endpoint.ts'
import { api, apiPrefix } from '../contract/index.ts'
import { failureOf, unreachable } from './failure.ts'

export { ApiError } from './failure.ts'

/** What a streamed body may be; a `Blob` in browsers, a stream or bytes in programs. */
export type Upload = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>

/** What a call takes: the parts that its endpoint has, and no others. */
export type Given<E extends Endpoint> = {
  [K in keyof Input<E> as Input<E>[K] extends Record<string, never> ? never : K]: Input<E>[K]
} & (E extends { readonly upload: true } ? { readonly body: Upload; readonly type?: string } : unknown)

/** What a call answers: the JSON reply; for downloads the response, to be read as a stream. */
export type Answer<E extends Endpoint> = E extends { readonly download: true } ? Response : Output<E>

type Operation<E extends Endpoint> = (input: Given<E>, options?: CallOptions) => Promise<Answer<E>>
type Operations<A> = {
  readonly [Noun in keyof A]: {
    readonly [Verb in keyof A[Noun]]: A[Noun][Verb] extends Endpoint ? Operation<A[Noun][Verb]> : never
  }
}

/** The whole API, typed by the contract: `client.runs.list({ params, query })`. */
export type Client = Operations<typeof api>

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Makes a creating call safe to send again. */
  readonly idempotencyKey?: string
}

export interface ClientOptions {
  /** Where the platform is, with its base path if it has one. */
  readonly url: string
  /** A bearer token; without one, a browser's cookie is used. */
  readonly token?: string
  readonly fetch?: typeof fetch
}

interface Loose {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly type?: string
}

/** A client of one platform. Calls reject with `ApiError`, or with the signal's reason. */
export function createClient(options: ClientOptions): Client {
  const nouns = Object.entries(api).map(([noun, endpoints]) => {
    const verbs = Object.entries<Endpoint>(endpoints).map(([verb, endpoint]) => [
      verb,
      (input: Loose, call: CallOptions = {}) => send(options, endpoint, input, call),
    ])
    return [noun, Object.fromEntries(verbs)]
  })
  return Object.fromEntries(nouns)
}

/** The address of an endpoint with its parameters filled in; also for links that a browser follows itself. */
export function addressOf(url: string, endpoint: Endpoint, input: Loose): string {
  const path = endpoint.path.replace(/:([a-z_]+)/g, (_all, name: string) =>
    encodeURIComponent(String(input.params?.[name] ?? '')),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each))
    }
  }
  return `${url.replace(/\/+$/, '')}${apiPrefix}${path}${query.size === 0 ? '' : `?${query}`}`
}

async function send(
  options: ClientOptions,
  endpoint: Endpoint,
  input: Loose,
  call: CallOptions,
): Promise<unknown> {
  const response = await (options.fetch ?? fetch)(
    addressOf(options.url, endpoint, input),
    requestOf(options, endpoint, input, call),
  ).catch((thrown: unknown) => {
    if (call.signal?.aborted || (thrown instanceof Error && thrown.name === 'AbortError')) throw thrown
    throw unreachable(options.url, thrown)
  })
  if (!response.ok) throw await failureOf(response)
  return endpoint.download ? response : response.json()
}

function requestOf(
  options: ClientOptions,
  endpoint: Endpoint,
  input: Loose,
  call: CallOptions,
): RequestInit & { duplex?: 'half' } {
  const headers = new Headers({ accept: endpoint.download ? '*/*' : 'application/json' })
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`)
  // Browsers send this header across origins only after asking, which the platform never allows.
  if (endpoint.method !== 'GET') headers.set('slipway-csrf', '1')
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey)
  const request = { method: endpoint.method, headers, signal: call.signal ?? null }
  if (endpoint.upload) {
    headers.set('content-type', input.type ?? 'application/octet-stream')
    return { ...request, body: input.body as Upload, duplex: 'half' }
  }
  if (endpoint.body === undefined) return request
  headers.set('content-type', 'application/json')
  return { ...request, body: JSON.stringify(input.body ?? {}) }
}
