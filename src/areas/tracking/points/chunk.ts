import { hash } from 'node:crypto'
import type { Point } from '../metric.ts'

/** Points of one metric that one call logged, as they are stored: by time, step, value, each once. */
export interface Chunk {
  readonly key: string
  readonly firstMs: bigint | number
  /** Of the bytes: a repeated call makes the same chunk, which has the same mark. */
  readonly mark: bigint
  readonly bytes: Buffer
}

/** What is known of the points of one metric that one call logged. */
export interface Gathered {
  readonly key: string
  readonly chunks: readonly Chunk[]
  readonly latest: Point
  readonly min: number | null
  readonly max: number | null
  readonly firstStep: bigint | number
  readonly firstMs: bigint | number
  readonly lastMs: bigint | number
}

/** Bytes of a point: int64 time, int64 step, float64 value, big-endian as PostgreSQL has them. */
export const pointBytes = 24
/** Two rows fill a page of the database. */
export const mostInChunk = 160

/** The points by metric, in the order of their keys: the order in which rows are locked. */
export function gather(points: readonly Point[]): Gathered[] {
  if (points.length === 1 && points[0] !== undefined) return [gatherOne(points[0].key, [points[0]])]
  const byKey = Map.groupBy(points, (point) => point.key)
  return [...byKey.keys()].sort().map((key) => gatherOne(key, byKey.get(key) ?? []))
}

function gatherOne(key: string, given: readonly Point[]): Gathered {
  const points = given.length === 1 ? given : inOrder(given)
  const [first] = points
  if (first === undefined) throw new Error('no points to gather')
  let latest = first
  let firstStep = first.step
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let numbers = false
  for (const point of points) {
    if (isLater(point, latest)) latest = point
    if (point.step < firstStep) firstStep = point.step
    if (Number.isNaN(point.value)) continue
    numbers = true
    if (point.value < min) min = point.value
    if (point.value > max) max = point.value
  }
  const lastMs = points.at(-1)?.time ?? first.time
  const range = numbers ? { min, max } : { min: null, max: null }
  return { key, chunks: chunksOf(key, points), latest, ...range, firstStep, firstMs: first.time, lastMs }
}

function inOrder(points: readonly Point[]): Point[] {
  const sorted = [...points].sort(compare)
  return sorted.filter((point, at) => {
    const before = sorted[at - 1]
    return before === undefined || compare(before, point) !== 0
  })
}

/** By time, step, value; NaN is equal to itself and greater than every number, as in PostgreSQL. */
function compare(a: Point, b: Point): number {
  return order(a.time, b.time) || order(a.step, b.step) || compareValues(a.value, b.value)
}

function order(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function compareValues(a: number, b: number): number {
  return order(a, b) || Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

/** Greater by step, then time, then value. */
export function isLater(a: Point, b: Point): boolean {
  return (order(a.step, b.step) || order(a.time, b.time) || compareValues(a.value, b.value)) > 0
}

function chunksOf(key: string, points: readonly Point[]): Chunk[] {
  const chunks: Chunk[] = []
  for (let from = 0; from < points.length; from += mostInChunk) {
    const some = points.slice(from, from + mostInChunk)
    const bytes = encode(some)
    const mark = hash('sha1', bytes, 'buffer').readBigInt64BE()
    chunks.push({ key, firstMs: some[0]?.time ?? 0, mark, bytes })
  }
  return chunks
}

function encode(points: readonly Point[]): Buffer {
  const bytes = Buffer.allocUnsafe(points.length * pointBytes)
  for (const [at, point] of points.entries()) {
    writeInt64(bytes, point.time, at * pointBytes)
    writeInt64(bytes, point.step, at * pointBytes + 8)
    bytes.writeDoubleBE(point.value, at * pointBytes + 16)
  }
  return bytes
}

function writeInt64(bytes: Buffer, value: number | bigint, at: number): void {
  if (typeof value === 'bigint') {
    bytes.writeBigInt64BE(value, at)
    return
  }
  const high = Math.floor(value / 2 ** 32)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * 2 ** 32, at + 4)
}
