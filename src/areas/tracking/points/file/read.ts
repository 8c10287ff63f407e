import { zstdDecompressSync } from 'node:zlib'
import type { Blobs } from '../../../../blobs/blobs.ts'
import { type Columns, slice } from '../columns.ts'
import {
  blockFields,
  blockPoints,
  type Directory,
  decodeDirectory,
  field,
  type GroupPlace,
} from './directory.ts'

/** A series in a file. */
export interface SegmentPlace {
  readonly digest: string
  readonly directoryStart: number
  readonly directoryLength: number
}

/** Directories are read again and again while a chart is looked at, and never change. */
const mostCached = 32 * 2 ** 20

/** Reads series of files: only the bytes that are needed of each. */
export class SegmentReader {
  readonly #blobs: Blobs
  readonly #cache = new Map<string, { directory: Directory; size: number }>()
  #cached = 0

  constructor(blobs: Blobs) {
    this.#blobs = blobs
  }

  async directory({ digest, directoryStart, directoryLength }: SegmentPlace): Promise<Directory> {
    const id = `${digest} ${directoryStart}`
    const known = this.#cache.get(id)
    if (known !== undefined) return known.directory
    const directory = decodeDirectory(await this.#bytes(digest, directoryStart, directoryLength))
    if (directoryLength > mostCached / 4) return directory
    if (this.#cached + directoryLength > mostCached) {
      this.#cache.clear()
      this.#cached = 0
    }
    this.#cache.set(id, { directory, size: directoryLength })
    this.#cached += directoryLength
    return directory
  }

  /** The points of a series in the order of time, a row group at a time, without groups that end before a time. */
  async *stream(place: SegmentPlace, from: number): AsyncGenerator<Columns> {
    const { groups, blocks } = await this.directory(place)
    let block = 0
    for (const group of groups) {
      const next = block + Math.ceil(group.count / blockPoints)
      const last = blocks[(next - 1) * blockFields + field.timeGreatest] ?? 0
      block = next
      if (last >= from) yield await this.group(place.digest, group)
    }
  }

  /** The points of one row group that are of the series. */
  async group(digest: string, place: GroupPlace): Promise<Columns> {
    const { steps, times, values } = await this.#columns(digest, place)
    const columns = { steps: int64s(steps), times: int64s(times), values: doubles(values) }
    return slice(columns, place.from, place.from + place.count)
  }

  /** The same as records of 24 bytes, as chunks have them: exact, whatever a number can hold. */
  async records(digest: string, place: GroupPlace): Promise<{ records: Buffer; times: Float64Array }> {
    const columns = await this.#columns(digest, place)
    const [from, to] = [place.from * 8, (place.from + place.count) * 8]
    const times = int64s(columns.times.subarray(from, to))
    const records = Buffer.alloc(place.count * 24)
    for (const [offset, column] of [
      [0, columns.times],
      [8, columns.steps],
      [16, columns.values],
    ] as const) {
      const bytes = Buffer.from(column.subarray(from, to)).swap64()
      for (let at = 0; at < place.count; at += 1) bytes.copy(records, at * 24 + offset, at * 8, at * 8 + 8)
    }
    return { records, times }
  }

  async #columns(digest: string, { step, time, value }: GroupPlace) {
    const begin = Math.min(step.start, time.start, value.start)
    const end = Math.max(step.start + step.size, time.start + time.size, value.start + value.size)
    const bytes = await this.#bytes(digest, begin, end - begin)
    const plain = ({ start, size }: { start: number; size: number }) =>
      zstdDecompressSync(bytes.subarray(start - begin, start - begin + size))
    return { steps: plain(step), times: plain(time), values: plain(value) }
  }

  async #bytes(digest: string, start: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of await this.#blobs.get(digest, { range: { start, end: start + length } })) {
      parts.push(part)
    }
    return Buffer.concat(parts)
  }
}

function int64s(bytes: Buffer): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Float64Array(bytes.length / 8)
  for (let at = 0; at < numbers.length; at += 1) {
    numbers[at] = view.getInt32(at * 8 + 4, true) * 2 ** 32 + view.getUint32(at * 8, true)
  }
  return numbers
}

function doubles(bytes: Buffer): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Float64Array(bytes.length / 8)
  for (let at = 0; at < numbers.length; at += 1) numbers[at] = view.getFloat64(at * 8, true)
  return numbers
}
