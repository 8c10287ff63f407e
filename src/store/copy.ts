import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type pg from 'pg'

/** What of the driver's connection the COPY protocol needs; its type declarations leave these out. */
interface CopyConnection {
  readonly stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

const highWater = 8 * 1024 * 1024
const lowWater = 1024 * 1024

/** The bytes of `copy … to stdout`. */
export async function* copyOut(client: pg.ClientBase, statement: string): AsyncGenerator<Buffer> {
  const query = new CopyOut(statement)
  client.query(query)
  for (;;) {
    const chunks = await query.take()
    if (chunks === undefined) return
    yield* chunks
  }
}

/** Feeds bytes to `copy … from stdin`. Resolves when the server has taken them all. */
export async function copyIn(
  client: pg.ClientBase,
  statement: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const query = new CopyIn(statement)
  client.query(query)
  const connection = await query.accepted
  try {
    for await (const chunk of bytes) {
      connection.sendCopyFromChunk(chunk)
      if (connection.stream.writableNeedDrain)
        await Promise.race([once(connection.stream, 'drain'), query.done])
    }
    connection.endCopyFrom()
  } catch (error) {
    connection.sendCopyFail('the bytes could not be read')
    await query.done.catch(() => {})
    throw error
  }
  await query.done
}

class CopyOut implements pg.Submittable {
  readonly #statement: string
  #connection: CopyConnection | undefined
  #chunks: Buffer[] = []
  #size = 0
  #ended = false
  #error: unknown
  #wake: () => void = () => {}

  constructor(statement: string) {
    this.#statement = statement
  }

  submit(connection: unknown): void {
    this.#connection = connection as CopyConnection
    this.#connection.query(this.#statement)
  }

  /** What has arrived; undefined at the end. */
  async take(): Promise<Buffer[] | undefined> {
    while (this.#chunks.length === 0 && !this.#ended) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    if (this.#error !== undefined) throw this.#error
    if (this.#chunks.length === 0) return undefined
    const taken = this.#chunks
    this.#chunks = []
    this.#size = 0
    this.#connection?.stream.resume()
    return taken
  }

  handleCopyData(message: { chunk: Buffer }): void {
    this.#chunks.push(Buffer.from(message.chunk))
    this.#size += message.chunk.length
    if (this.#size > highWater) this.#connection?.stream.pause()
    if (this.#size > lowWater) this.#wake()
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.#error = error
    this.#ended = true
    this.#wake()
  }

  handleReadyForQuery(): void {
    this.#ended = true
    this.#wake()
  }
}

class CopyIn implements pg.Submittable {
  readonly #statement: string
  readonly #accepted = Promise.withResolvers<CopyConnection>()
  readonly #done = Promise.withResolvers<void>()
  readonly accepted = this.#accepted.promise
  readonly done = this.#done.promise

  constructor(statement: string) {
    this.#statement = statement
    this.accepted.catch(() => {})
    this.done.catch(() => {})
  }

  submit(connection: unknown): void {
    ;(connection as CopyConnection).query(this.#statement)
  }

  handleCopyInResponse(connection: unknown): void {
    this.#accepted.resolve(connection as CopyConnection)
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.#accepted.reject(error)
    this.#done.reject(error)
  }

  handleReadyForQuery(): void {
    this.#done.resolve()
  }
}
