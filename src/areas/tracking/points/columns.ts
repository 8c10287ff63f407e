/** Points of one metric of one run as columns of equal length. Steps and times beyond 2^53 are rounded. */
export interface Columns {
  readonly steps: Float64Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
}

export const noPoints: Columns = {
  steps: new Float64Array(0),
  times: new Float64Array(0),
  values: new Float64Array(0),
}

/** Numbers from int64 in PostgreSQL's byte order. */
export function readInt64s(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Float64Array(bytes.byteLength / 8)
  for (let i = 0; i < numbers.length; i += 1) {
    numbers[i] = view.getInt32(i * 8) * 2 ** 32 + view.getUint32(i * 8 + 4)
  }
  return numbers
}

/** Numbers from float8 in PostgreSQL's byte order. */
export function readDoubles(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Float64Array(bytes.byteLength / 8)
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = view.getFloat64(i * 8)
  return numbers
}

export function concat(parts: readonly Columns[]): Columns {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  return {
    steps: concatOne(parts.map((part) => part.steps)),
    times: concatOne(parts.map((part) => part.times)),
    values: concatOne(parts.map((part) => part.values)),
  }
}

function concatOne(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The points at these places, in their order. */
export function pick(columns: Columns, places: readonly number[] | Uint32Array): Columns {
  const take = (column: Float64Array) => Float64Array.from(places, (place) => column[place] ?? 0)
  return { steps: take(columns.steps), times: take(columns.times), values: take(columns.values) }
}

/** Without repetitions, by step (or time), then time (or step), then value; NaN is greater than any number. */
export function sorted(columns: Columns, by: 'step' | 'time'): Columns {
  const [first, second] = by === 'step' ? [columns.steps, columns.times] : [columns.times, columns.steps]
  const compare = (a: number, b: number) =>
    difference(first, a, b) || difference(second, a, b) || valueDifference(columns.values, a, b)
  if (isAscending(columns.values.length, compare)) return columns
  const places = new Uint32Array(columns.values.length).map((_, place) => place).sort(compare)
  return pick(
    columns,
    places.filter((place, i) => i === 0 || compare(places[i - 1] ?? 0, place) !== 0),
  )
}

function isAscending(length: number, compare: (a: number, b: number) => number): boolean {
  for (let i = 1; i < length; i += 1) if (compare(i - 1, i) >= 0) return false
  return true
}

function difference(column: Float64Array, a: number, b: number): number {
  return (column[a] ?? 0) - (column[b] ?? 0)
}

function valueDifference(values: Float64Array, a: number, b: number): number {
  const [one, other] = [values[a] ?? 0, values[b] ?? 0]
  if (one < other) return -1
  if (one > other) return 1
  return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
}
