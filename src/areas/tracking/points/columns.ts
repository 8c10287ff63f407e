/** Points of one metric of one run as columns of equal length. Steps and times beyond 2^53 are rounded. */
export interface Columns {
  readonly steps: Float64Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
  readonly values: Float64Array
}

/** A stretch of an axis, both ends included; an end that is absent is open. */
export interface Range {
  readonly axis: 'step' | 'time'
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export const noPoints: Columns = {
  steps: new Float64Array(0),
  times: new Float64Array(0),
  values: new Float64Array(0),
}

/** From the bytes of chunks: int64 time, int64 step, float64 value, big-endian. */
export function fromChunks(bytes: Uint8Array): Columns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = bytes.byteLength / 24
  const columns = {
    steps: new Float64Array(length),
    times: new Float64Array(length),
    values: new Float64Array(length),
  }
  for (let i = 0; i < length; i += 1) {
    const at = i * 24
    columns.times[i] = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4)
    columns.steps[i] = view.getInt32(at + 8) * 2 ** 32 + view.getUint32(at + 12)
    columns.values[i] = view.getFloat64(at + 16)
  }
  return columns
}

/** The points from one place to before another, without copying. */
export function slice(columns: Columns, from: number, to: number): Columns {
  return {
    steps: columns.steps.subarray(from, to),
    times: columns.times.subarray(from, to),
    values: columns.values.subarray(from, to),
  }
}

/** The points of a stretch of an axis, both ends included. */
export function within(columns: Columns, { axis, from, to }: Range): Columns {
  if (from === undefined && to === undefined) return columns
  const column = axis === 'step' ? columns.steps : columns.times
  const [least, greatest] = [from ?? -Infinity, to ?? Infinity]
  const places: number[] = []
  for (let i = 0; i < column.length; i += 1) {
    const x = column[i] ?? 0
    if (x >= least && x <= greatest) places.push(i)
  }
  return places.length === column.length ? columns : pick(columns, places)
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
