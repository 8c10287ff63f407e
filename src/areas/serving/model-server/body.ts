import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { serverLimits } from './limits.ts'
import { Problem, unavailable } from './protocol/problem.ts'

const unzip = { gzip: promisify(gunzip), deflate: promisify(inflate) }

/** Reads bodies, within a budget for all of them together. */
export class BodyReader {
  readonly #limit: number
  readonly #budget: number
  #held = 0

  constructor(limit: number = serverLimits.bodyBytes, budget: number = serverLimits.inFlightBytes) {
    this.#limit = limit
    this.#budget = budget
  }

  /** The whole body, whatever its content type says. Call `release` with it when the request is answered. */
  async read(request: IncomingMessage): Promise<Buffer> {
    const decode = decoderOf(request)
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > this.#limit) throw tooLarge(this.#limit)
    if (this.#held + announced > this.#budget) throw unavailable('too many large requests at once')
    const body = await this.#receive(request)
    if (!decode) return body
    try {
      const plain = await decode(body, { maxOutputLength: this.#limit })
      this.#held += plain.length - body.length
      return plain
    } catch (error) {
      this.release(body)
      if (error instanceof RangeError) throw tooLarge(this.#limit)
      throw new Problem(400, 'the request body is not compressed as its Content-Encoding says')
    }
  }

  release(body: Buffer): void {
    this.#held -= body.length
  }

  #receive(request: IncomingMessage): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0
      const fail = (error: Error) => {
        this.#held -= length
        length = 0
        request.removeAllListeners('data')
        request.resume()
        reject(error)
      }
      request.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        this.#held += chunk.length
        if (length > this.#limit) fail(tooLarge(this.#limit))
        else if (this.#held > this.#budget) fail(unavailable('too many large requests at once'))
      })
      request.on('end', () => {
        const [only] = chunks
        resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks))
      })
      request.on('error', fail)
      request.on('close', () => {
        if (!request.complete) fail(new Problem(400, 'the request body was cut off'))
      })
    })
  }
}

function decoderOf(request: IncomingMessage) {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return undefined
  if (encoding === 'gzip' || encoding === 'deflate') return unzip[encoding]
  throw new Problem(501, `content encoding '${encoding.slice(0, 50)}' is not supported`, {
    'accept-encoding': 'gzip, deflate',
  })
}

function tooLarge(limit: number): Problem {
  return new Problem(413, `the request body is larger than ${limit} bytes`, { connection: 'close' })
}
