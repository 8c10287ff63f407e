import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { SlipwayError } from '../../../base/error.ts'

export interface HttpOptions {
  readonly url: string
  /** `Basic …` or `Bearer …`. */
  readonly authorization?: string | undefined
  /** The name of a project of Slipway, or a workspace of MLflow. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export type Query = Readonly<Record<string, string | number | undefined>>

/** How often a server that is busy or away for a moment is asked again. */
const tries = 6

/** Speaks to one MLflow server: JSON calls, and downloads as streams. */
export function createHttp(options: HttpOptions) {
  const base = options.url.replace(/\/+$/, '')

  async function send(path: string, query: Query, init: RequestInit): Promise<Response> {
    const text = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value))
    const address = `${base}${path}${text.size === 0 ? '' : `?${text}`}`
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(address, {
        ...init,
        headers: headersOf(options),
        signal: options.signal,
      }).catch((error: unknown) => {
        if (options.signal.aborted) throw error
        return error instanceof Error ? error : new Error(String(error))
      })
      if (answer instanceof Response && answer.ok) return answer
      const passing = answer instanceof Error || answer.status === 429 || answer.status >= 500
      if (!passing || attempt === tries) throw await refused(address, answer)
      if (answer instanceof Response) await answer.body?.cancel()
      await delay(100 * 2 ** attempt, undefined, { signal: options.signal })
    }
  }

  return {
    async get<T>(path: string, query: Query = {}): Promise<T> {
      return parse(await (await send(path, query, { method: 'GET' })).text()) as T
    },
    async post<T>(path: string, body: unknown): Promise<T> {
      const init = { method: 'POST', body: JSON.stringify(body) }
      return parse(await (await send(path, {}, init)).text()) as T
    },
    async download(path: string, query: Query = {}): Promise<Readable> {
      const { body } = await send(path, query, { method: 'GET' })
      if (body === null) return Readable.from([])
      return Readable.fromWeb(body as import('node:stream/web').ReadableStream)
    },
  }
}

export type Http = ReturnType<typeof createHttp>

function headersOf({ authorization, headers }: HttpOptions): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...headers,
    ...(authorization === undefined ? {} : { authorization }),
  }
}

/** Python writes NaN and infinities bare, which JSON has no words for. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse(text.replace(/(?<=[:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '"$1"'))
  }
}

async function refused(address: string, answer: Response | Error): Promise<SlipwayError> {
  const where = address.replace(/\?.*/s, '')
  if (answer instanceof Error) {
    const { cause } = answer
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : answer.message
    return new SlipwayError('source_unavailable', `${where} does not answer: ${reason}`)
  }
  const text = (await answer.text()).slice(0, 300)
  const code = answer.status === 401 || answer.status === 403 ? 'source_forbidden' : 'source_unavailable'
  return new SlipwayError(code, `${where} answered ${answer.status}: ${text}`, {
    facts: { status: answer.status },
  })
}
