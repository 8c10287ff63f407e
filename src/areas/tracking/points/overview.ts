import { type Columns, concat, pick, type Range, slice, sorted, within } from './columns.ts'
import { blockFields, blockPoints, type Directory, field, summarize } from './file/directory.ts'
import type { SegmentPlace, SegmentReader } from './file/read.ts'
import { bucketsFor, thin } from './thin.ts'

/** Blocks of a series in one file. */
interface Part {
  readonly place: SegmentPlace
  readonly directory: Directory
}

export interface Overview {
  /** Points in the range; one that was logged again after its first one was compacted may count twice. */
  readonly count: number
  /** At most as many as were asked for, in the order of the axis. */
  readonly columns: Columns
}

/**
 * A series for a chart from its summaries: of points in files only those are read that stand in blocks which the range
 * cuts, or all of the range when there are too few blocks for the chart. Every point of the range is in one bucket of
 * neighbouring blocks, and each bucket gives its extremes, so that none is lost.
 */
export async function overview(
  reader: SegmentReader,
  places: readonly SegmentPlace[],
  hot: Columns,
  range: Range,
  points: number,
): Promise<Overview> {
  const parts = await Promise.all(
    places.map(async (place) => ({ place, directory: await reader.directory(place) })),
  )
  const { whole, cut } = divide(parts, range)
  const mine = within(hot, range)
  const blocks = whole.reduce((sum, one) => sum + one.blocks.length, 0) / blockFields
  const few = blocks < bucketsFor(points, oddIn(whole.map((one) => one.blocks)))
  const wanted = few ? [...cut, ...whole] : cut
  const read = await Promise.all(wanted.map((one) => readBlocks(reader, one)))
  const raw = sorted(concat([within(concat(read), range), mine]), range.axis)
  const rawCount = raw.values.length
  if (few || blocks === 0) {
    return { count: rawCount, columns: pick(raw, thin(raw.values, points)) }
  }
  const count = rawCount + whole.reduce((sum, one) => sum + one.points, 0)
  return {
    count,
    columns: fromBlocks([...whole.map((one) => one.blocks), summarize(raw)], range.axis, points),
  }
}

/** Some blocks of a series in a file. */
interface Some {
  readonly part: Part
  /** Their places in the directory. */
  readonly places: readonly number[]
  readonly blocks: Float64Array
  readonly points: number
}

/** The blocks that are all in the range, and those of which it has a part. */
function divide(parts: readonly Part[], { axis, from, to }: Range): { whole: Some[]; cut: Some[] } {
  const [least, greatest] =
    axis === 'step' ? [field.stepLeast, field.stepGreatest] : [field.timeLeast, field.timeGreatest]
  const [low, high] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY]
  const whole: Some[] = []
  const cut: Some[] = []
  for (const part of parts) {
    const { blocks } = part.directory
    const inside: number[] = []
    const partly: number[] = []
    for (let at = 0; at * blockFields < blocks.length; at += 1) {
      const [a, b] = [blocks[at * blockFields + least] ?? 0, blocks[at * blockFields + greatest] ?? 0]
      if (a >= low && b <= high) inside.push(at)
      else if (b >= low && a <= high) partly.push(at)
    }
    if (inside.length > 0) whole.push(some(part, inside))
    if (partly.length > 0) cut.push(some(part, partly))
  }
  return { whole, cut }
}

function some(part: Part, places: readonly number[]): Some {
  const { blocks, groups, points } = part.directory
  const total = blocks.length / blockFields
  if (places.length === total) return { part, places, blocks, points }
  const picked = new Float64Array(places.length * blockFields)
  for (const [at, place] of places.entries()) {
    picked.set(blocks.subarray(place * blockFields, (place + 1) * blockFields), at * blockFields)
  }
  const counts = groups.flatMap(({ count }) =>
    Array.from({ length: Math.ceil(count / blockPoints) }, (_, at) =>
      Math.min(blockPoints, count - at * blockPoints),
    ),
  )
  return {
    part,
    places,
    blocks: picked,
    points: places.reduce((sum, place) => sum + (counts[place] ?? 0), 0),
  }
}

async function readBlocks(reader: SegmentReader, { part, places }: Some): Promise<Columns> {
  const wanted = new Set(places)
  const found: Columns[] = []
  let block = 0
  for (const group of part.directory.groups) {
    const blocks = Math.ceil(group.count / blockPoints)
    const mine = Array.from({ length: blocks }, (_, at) => at).filter((at) => wanted.has(block + at))
    block += blocks
    if (mine.length === 0) continue
    const columns = await reader.group(part.place.digest, group)
    for (const at of mine)
      found.push(slice(columns, at * blockPoints, Math.min(group.count, (at + 1) * blockPoints)))
  }
  return concat(found)
}

const odd = [field.nan, field.positive, field.negative] as const

function oddIn(all: readonly Float64Array[]): number {
  return odd.filter((kind) =>
    all.some((blocks) => {
      for (let at = kind; at < blocks.length; at += blockFields) if (!Number.isNaN(blocks[at])) return true
      return false
    }),
  ).length
}

/** Buckets of about as many blocks each, in the order of the axis; of each the notable points. */
function fromBlocks(all: readonly Float64Array[], axis: 'step' | 'time', points: number): Columns {
  const blocks = joined(all, axis)
  const total = blocks.length / blockFields
  const buckets = Math.min(total, bucketsFor(points, oddIn([blocks])))
  const steps: number[] = []
  const times: number[] = []
  const values: number[] = []
  const add = (value: number, at: number) => {
    const [step, time] = [blocks[at] ?? 0, blocks[at + 1] ?? 0]
    if (Number.isNaN(step)) return
    steps.push(step)
    times.push(time)
    values.push(value)
  }
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * total) / buckets) * blockFields
    const to = Math.floor(((bucket + 1) * total) / buckets) * blockFields
    let [least, greatest] = [-1, -1]
    const first = [-1, -1, -1]
    for (let at = from; at < to; at += blockFields) {
      const [low, high] = [blocks[at + field.least] ?? Number.NaN, blocks[at + field.greatest] ?? Number.NaN]
      if (!Number.isNaN(low) && (least < 0 || low < (blocks[least] ?? 0))) least = at + field.least
      if (!Number.isNaN(high) && (greatest < 0 || high > (blocks[greatest] ?? 0)))
        greatest = at + field.greatest
      for (const [kind, offset] of odd.entries()) {
        if (first[kind] === -1 && !Number.isNaN(blocks[at + offset])) first[kind] = at + offset
      }
    }
    if (least >= 0) add(blocks[least] ?? 0, least + 1)
    if (greatest >= 0) add(blocks[greatest] ?? 0, greatest + 1)
    for (const [kind, value] of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].entries()) {
      const at = first[kind] ?? -1
      if (at >= 0) add(value, at)
    }
  }
  const columns = {
    steps: Float64Array.from(steps),
    times: Float64Array.from(times),
    values: Float64Array.from(values),
  }
  return sorted(columns, axis)
}

/** As one, by where they begin. */
function joined(all: readonly Float64Array[], axis: 'step' | 'time'): Float64Array {
  const whole = new Float64Array(all.reduce((sum, one) => sum + one.length, 0))
  let end = 0
  for (const one of all) {
    whole.set(one, end)
    end += one.length
  }
  const start = axis === 'step' ? field.stepLeast : field.timeLeast
  const begins = (block: number) => whole[block * blockFields + start] ?? 0
  const order = Array.from({ length: whole.length / blockFields }, (_, block) => block)
  if (order.every((block) => block === 0 || begins(block - 1) <= begins(block))) return whole
  order.sort((a, b) => begins(a) - begins(b))
  const placed = new Float64Array(whole.length)
  for (const [at, block] of order.entries()) {
    placed.set(whole.subarray(block * blockFields, (block + 1) * blockFields), at * blockFields)
  }
  return placed
}
