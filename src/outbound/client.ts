import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import { messageOf, SlipwayError } from '../base/error.ts'
import { parseAllowlist } from './allowlist.ts'
import { type Destination, type Resolve, resolveDestination, systemResolve } from './destination.ts'
import type { Outbound, OutboundAnswer, OutboundRequest } from './outbound.ts'

export interface OutboundOptions {
  /** Private destinations that the operator allows: hosts, addresses or networks, each with or without `:port`. */
  readonly allow?: readonly string[]
  readonly timeoutMs?: number
  /** Of an answer's body. */
  readonly maxBytes?: number
  readonly resolve?: Resolve
}

/** The client for webhooks and fetches. Fails with `invalid_config` on an allowlist that it cannot read. */
export function createOutbound(options: OutboundOptions = {}): Outbound {
  const allowlist = parseAllowlist(options.allow ?? [])
  const { timeoutMs = 10_000, maxBytes = 64 * 1024, resolve = systemResolve } = options
  return {
    async check(url) {
      const late = AbortSignal.timeout(timeoutMs)
      try {
        await unlessAborted(resolveDestination(url, allowlist, resolve), late)
      } catch (error) {
        if (error instanceof SlipwayError && error.code === 'destination_refused') throw error
      }
    },
    async send(request) {
      // One limit for all of it: a name server can be as slow as a web server.
      const late = AbortSignal.timeout(timeoutMs)
      const signal = request.signal === undefined ? late : AbortSignal.any([request.signal, late])
      try {
        const destination = await unlessAborted(resolveDestination(request.url, allowlist, resolve), signal)
        return await readAnswer(await open(destination, request, signal), maxBytes)
      } catch (error) {
        request.signal?.throwIfAborted()
        if (error instanceof SlipwayError) throw error
        const why = late.aborted ? `no answer within ${timeoutMs / 1000} s` : messageOf(error)
        throw new SlipwayError('destination_failed', `${hostOf(request.url)}: ${why}.`, { cause: error })
      }
    },
  }
}

function open(
  destination: Destination,
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { url, addresses } = destination
  const { request: start } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'slipway', ...request.headers }
    const sent = start(url, {
      method: request.method,
      headers,
      signal,
      agent: false,
      lookup: pinned(addresses),
    })
    sent.once('response', resolve)
    sent.once('error', reject)
    sent.end(request.body)
  })
}

/** Answers every question with the addresses that were checked: the name is not resolved again. */
function pinned(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  return (_host, options, callback) => {
    if (options.all) callback(null, known)
    else callback(null, known[0]?.address ?? '', known[0]?.family)
  }
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    // Leaving the loop closes the connection.
    if (size > maxBytes) break
  }
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    truncated: size > maxBytes,
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'The destination'
}
