import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Header } from 'tar'

const block = 512
const readBytes = 1024 * 1024

/** Writes a tar file whose entries' sizes are known as they come. */
export class ArchiveWriter {
  readonly #file: FileHandle
  readonly #hash: Hash = createHash('sha256')
  #entries = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async entry(
    path: string,
    size: number,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    await this.#write(headerOf(path, size))
    let written = 0
    for await (const chunk of bytes) {
      written += chunk.length
      await this.#write(chunk)
    }
    if (written !== size) throw new Error(`${path} has ${written} bytes, not ${size}`)
    await this.#write(Buffer.alloc(paddingOf(size)))
    this.#entries += 1
  }

  text(path: string, text: string): Promise<void> {
    const bytes = Buffer.from(text)
    return this.entry(path, bytes.length, [bytes])
  }

  /** Writes the last entry, which tells a reader that the file is whole. */
  async end(): Promise<void> {
    await this.text(
      'end.json',
      JSON.stringify({ entries: this.#entries, sha256: this.#hash.copy().digest('hex') }),
    )
    await this.#file.write(Buffer.alloc(2 * block))
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    await this.#file.writeFile(bytes)
  }
}

/** One entry of an archive; its bytes must be read before the next entry is asked for. */
export interface ArchiveEntry {
  readonly path: string
  readonly size: number
  /** Of its first byte, from the start of the file. */
  readonly offset: number
  bytes(): AsyncGenerator<Buffer>
  text(): Promise<string>
}

/** Makes the error of an archive that is not whole; `how` says what is wrong. */
export type Damaged = (how: string) => Error

/** Reads an archive from its start, and fails with the error that `damaged` makes unless it is whole. */
export async function* readArchive(file: FileHandle, damaged: Damaged): AsyncGenerator<ArchiveEntry> {
  const reader = new Reader(file, damaged)
  for (let entries = 0; ; entries++) {
    const before = reader.digest()
    const header = new Header(await reader.take(block))
    if (header.nullBlock || !header.cksumValid || header.path === undefined)
      throw damaged('it ends too early')
    const size = header.size ?? 0
    const entry = entryOf(reader, header.path, size)
    if (entry.path === 'end.json') return checkEnd(await entry.text(), entries, before, damaged)
    yield entry
    await reader.skipRest()
    await reader.take(paddingOf(size))
  }
}

function checkEnd(text: string, entries: number, sha256: string, damaged: Damaged): void {
  const end = JSON.parse(text) as { entries: number; sha256: string }
  if (end.entries !== entries || end.sha256 !== sha256) throw damaged('its contents were changed')
}

function entryOf(reader: Reader, path: string, size: number): ArchiveEntry {
  reader.begin(size)
  return {
    path,
    size,
    offset: reader.offset,
    bytes: () => reader.content(),
    async text() {
      const chunks: Buffer[] = []
      for await (const chunk of reader.content()) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

class Reader {
  readonly #file: FileHandle
  readonly #hash: Hash = createHash('sha256')
  readonly #damaged: Damaged
  #left = 0
  offset = 0

  constructor(file: FileHandle, damaged: Damaged) {
    this.#file = file
    this.#damaged = damaged
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  begin(size: number): void {
    this.#left = size
  }

  async take(size: number): Promise<Buffer> {
    const buffer = Buffer.alloc(size)
    let have = 0
    while (have < size) {
      const { bytesRead } = await this.#file.read(buffer, have, size - have, null)
      if (bytesRead === 0) throw this.#damaged('it ends too early')
      have += bytesRead
    }
    this.#hash.update(buffer)
    this.offset += size
    return buffer
  }

  async *content(): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const chunk = await this.take(Math.min(this.#left, readBytes))
      this.#left -= chunk.length
      yield chunk
    }
  }

  async skipRest(): Promise<void> {
    for await (const _chunk of this.content());
  }
}

function headerOf(path: string, size: number): Buffer {
  const header = new Header({ path, size, mode: 0o600, mtime: new Date(), type: 'File', uid: 0, gid: 0 })
  const bytes = Buffer.alloc(block)
  if (header.encode(bytes, 0)) throw new Error(`too long for a tar header: ${path}`)
  return bytes
}

function paddingOf(size: number): number {
  return (block - (size % block)) % block
}
