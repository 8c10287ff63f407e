import type { Columns } from '../columns.ts'
import { none, notableOf } from '../thin.ts'
import type { Page } from './parquet.ts'

/** Points of one block, of which a summary is kept: what a chart is drawn from that shows all of a long series. */
export const blockPoints = 256

/** A row group with points of a series: where its columns are, and which of its rows are of the series. */
export interface GroupPlace {
  readonly step: Page
  readonly time: Page
  readonly value: Page
  readonly from: number
  readonly count: number
}

/** What a summary has of each block, as doubles: see `field`. */
export const blockFields = 16
export const field = {
  stepLeast: 0,
  stepGreatest: 1,
  timeLeast: 2,
  timeGreatest: 3,
  /** Value, step and time of the least and of the greatest finite point; NaN when none is finite. */
  least: 4,
  greatest: 7,
  /** Step and time of the first point that is NaN, Infinity and -Infinity; NaN when there is none. */
  nan: 10,
  positive: 12,
  negative: 14,
} as const

/** All that is known of a series in a file without reading its points. */
export interface Directory {
  readonly groups: readonly GroupPlace[]
  /** `blockFields` doubles for each block. */
  readonly blocks: Float64Array
  readonly points: number
}

const groupFields = 8

/** The summaries of the blocks of some points. Blocks begin at the first point. */
export function summarize(columns: Columns): Float64Array {
  const length = columns.values.length
  const blocks = new Float64Array(Math.ceil(length / blockPoints) * blockFields).fill(Number.NaN)
  for (let from = 0, at = 0; from < length; from += blockPoints, at += blockFields) {
    const to = Math.min(length, from + blockPoints)
    summarizeOne(columns, from, to, blocks.subarray(at, at + blockFields))
  }
  return blocks
}

function summarizeOne({ steps, times, values }: Columns, from: number, to: number, into: Float64Array): void {
  const found = notableOf(values, from, to)
  into.set(rangeOf(steps, from, to), field.stepLeast)
  into.set(rangeOf(times, from, to), field.timeLeast)
  for (const name of ['least', 'greatest'] as const) {
    const place = found[name]
    if (place !== none) into.set([values[place] ?? 0, steps[place] ?? 0, times[place] ?? 0], field[name])
  }
  for (const name of ['nan', 'positive', 'negative'] as const) {
    const place = found[name]
    if (place !== none) into.set([steps[place] ?? 0, times[place] ?? 0], field[name])
  }
}

function rangeOf(column: Float64Array, from: number, to: number): [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = from; at < to; at += 1) {
    const x = column[at] ?? 0
    if (x < least) least = x
    if (x > greatest) greatest = x
  }
  return [least, greatest]
}

export function encodeDirectory({ groups, blocks, points }: Directory): Buffer {
  const numbers = new Float64Array(3 + groups.length * groupFields + blocks.length)
  numbers.set([points, groups.length, blocks.length])
  for (const [at, { step, time, value, from, count }] of groups.entries()) {
    const place = [step.start, step.size, time.start, time.size, value.start, value.size, from, count]
    numbers.set(place, 3 + at * groupFields)
  }
  numbers.set(blocks, 3 + groups.length * groupFields)
  return Buffer.from(numbers.buffer)
}

export function decodeDirectory(bytes: Uint8Array): Directory {
  const numbers = new Float64Array(Uint8Array.from(bytes).buffer)
  const [points = 0, count = 0, length = 0] = numbers
  const groups = Array.from({ length: count }, (_, at): GroupPlace => {
    const begin = 3 + at * groupFields
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, from = 0, rows = 0] = numbers.subarray(
      begin,
      begin + groupFields,
    )
    const [step, time, value] = [
      { start: a, size: b },
      { start: c, size: d },
      { start: e, size: f },
    ]
    return { step, time, value, from, count: rows }
  })
  const begin = 3 + count * groupFields
  return { groups, blocks: numbers.subarray(begin, begin + length), points }
}
