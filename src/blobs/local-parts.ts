import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { asDiskFull, systemCode, writeDurable } from '../base/durable.ts'
import { SlipwayError } from '../base/error.ts'
import { uuidv7 } from '../base/id.ts'
import { hashFile } from './hash-file.ts'
import type { BlobInfo } from './info.ts'
import type { Part, PartUploads } from './parts.ts'
import { notWhole, noUpload, partTooLong } from './parts.ts'
import type { Spooled } from './spool.ts'
import { writeBehind } from './write-behind.ts'

/** What is recorded of a part once its bytes are in place. */
interface Arrived extends Part {
  readonly size: number
}

const abandoned = 8 * 24 * 3600_000
/** Bytes in their place; the last part while its place is unknown; the length of the others; what became of it all. */
const names = { data: 'data', last: 'last', length: 'length.json', finished: 'finished.json' }

/**
 * Uploads in parts below a directory. Each part is written where it belongs in one file, so that nothing is copied at the
 * end; only a last part that comes before any other waits beside it, for its place is not known yet.
 */
export function openLocalParts(directory: string, settle: (spooled: Spooled) => Promise<void>): PartUploads {
  const placeOf = (upload: string) => {
    if (/^\d{1,5}-[0-9a-f-]{36}$/.test(upload)) return join(directory, upload)
    throw noUpload()
  }

  async function finish(place: string, parts: readonly Part[], count: number): Promise<BlobInfo> {
    const arrived = checked(await recorded(place), parts, count)
    await appendLast(place, arrived)
    const path = join(place, names.data)
    const sizes = arrived.map((part) => part.size)
    const { digest, size, sums } = await hashFile(path, sizes)
    for (const [index, part] of arrived.entries()) {
      if (part.etag !== etagOf(sums[index] ?? -1, part.size)) throw notWhole(part.number)
    }
    await seal(path, size)
    await writeDurable(join(place, names.finished), JSON.stringify({ digest, size }))
    await settle({ path, digest, size })
    return { digest, size }
  }

  return {
    async begin(count) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await removeAbandoned(directory)
      const upload = `${count}-${uuidv7()}`
      await mkdir(placeOf(upload), { mode: 0o700 })
      return upload
    },
    address: async () => undefined,
    async put(upload, number, bytes, { size, signal }) {
      const place = placeOf(upload)
      const count = Number.parseInt(upload, 10)
      if (!(number >= 1 && number <= count)) throw notWhole(number)
      const record = join(place, `${number}.json`)
      try {
        await rm(record, { force: true })
        await using target = await openTarget(place, number, count, size)
        const sum = await receive(target, bytes, size, signal)
        const part = { number, etag: etagOf(sum, size), size }
        await writeDurable(record, JSON.stringify(part))
        return part
      } catch (error) {
        throw systemCode(error) === 'ENOENT' ? noUpload() : asDiskFull(error, directory)
      }
    },
    present: async (upload) => await recorded(placeOf(upload)),
    async finish(upload, parts) {
      const place = placeOf(upload)
      const earlier = await readJson<BlobInfo>(join(place, names.finished))
      const moved =
        earlier !== undefined && (await stat(join(place, names.data)).catch(() => undefined)) === undefined
      return moved ? earlier : await finish(place, parts, Number.parseInt(upload, 10))
    },
    abort: (upload) => rm(placeOf(upload), { recursive: true, force: true }),
  }
}

interface Target extends AsyncDisposable {
  readonly file: FileHandle
  readonly offset: number
}

/** Where a part is written: at its place when the length of the parts is known, for which any but the last will do. */
async function openTarget(place: string, number: number, count: number, size: number): Promise<Target> {
  const length = number < count ? await agree(place, size) : await readJson<number>(join(place, names.length))
  if (length !== undefined && size > length) throw partTooLong(number)
  const known = length !== undefined || count === 1
  // Not truncated: other parts are written to the same file at the same time.
  const file = await openToWrite(join(place, known ? names.data : names.last))
  const offset = known ? (number - 1) * (length ?? 0) : 0
  return { file, offset, [Symbol.asyncDispose]: () => file.close() }
}

async function openToWrite(path: string): Promise<FileHandle> {
  return await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (systemCode(error) === 'EEXIST') return open(path, 'r+')
    throw error
  })
}

/** The first part but the last to come says how long each of them is. */
async function agree(place: string, size: number): Promise<number> {
  const path = join(place, names.length)
  const known = await readJson<number>(path)
  if (known === undefined) {
    await stat(place)
    await writeDurable(path, JSON.stringify(size))
    return size
  }
  if (known === size) return size
  throw new SlipwayError(
    'invalid_argument',
    `All parts but the last must be equally long: there is one of ${known} bytes and one of ${size}.`,
  )
}

async function receive(
  { file, offset }: Target,
  bytes: AsyncIterable<Uint8Array>,
  size: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let sum = 0
  let received = 0
  await writeBehind(file, bytes, offset, (chunk) => {
    signal?.throwIfAborted()
    received += chunk.length
    if (received > size) throw wrongLength(size)
    sum = crc32(chunk, sum)
  })
  if (received === size) return sum
  throw wrongLength(size)
}

function wrongLength(size: number): SlipwayError {
  return new SlipwayError('invalid_argument', `The part has not the ${size} bytes that were announced.`)
}

async function recorded(place: string): Promise<Arrived[]> {
  const found = await readdir(place).catch((error: unknown) => {
    throw systemCode(error) === 'ENOENT' ? noUpload() : error
  })
  const records = found.filter((name) => /^\d+\.json$/.test(name))
  const parts = await Promise.all(records.map((name) => readJson<Arrived>(join(place, name))))
  return parts.filter((part) => part !== undefined).sort((a, b) => a.number - b.number)
}

/** All parts, as the client says they were taken. */
function checked(arrived: readonly Arrived[], parts: readonly Part[], count: number): Arrived[] {
  const claimed = new Map(parts.map((part) => [part.number, part.etag]))
  for (let number = 1; number <= count; number += 1) {
    const part = arrived[number - 1]
    if (part?.number !== number || claimed.get(number) !== part.etag) throw notWhole(number)
  }
  if (claimed.size !== count) throw notWhole(count + 1)
  return [...arrived]
}

/** Brings a last part that came first to its place. */
async function appendLast(place: string, parts: readonly Arrived[]): Promise<void> {
  const last = await open(join(place, names.last), 'r').catch(() => undefined)
  if (last === undefined) return
  const start = parts.slice(0, -1).reduce((sum, part) => sum + part.size, 0)
  const data = await open(join(place, names.data), 'r+')
  try {
    const bytes = last.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })
    await writeBehind(data, bytes, start, () => {})
  } finally {
    await data.close()
    await last.close()
  }
  await rm(join(place, names.last))
}

/** Makes the bytes durable and the file read-only. */
async function seal(path: string, size: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(size)
    await file.sync()
    await file.chmod(0o444)
  } finally {
    await file.close()
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

function etagOf(sum: number, size: number): string {
  return `"${(sum >>> 0).toString(16).padStart(8, '0')}-${size}"`
}

/** Frees uploads that nobody has gone on with for longer than any address of theirs was valid. */
async function removeAbandoned(directory: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(directory)) {
    const info = await stat(join(directory, name)).catch(() => undefined)
    if (info !== undefined && now - info.mtimeMs > abandoned) {
      await rm(join(directory, name), { recursive: true, force: true })
    }
  }
}
