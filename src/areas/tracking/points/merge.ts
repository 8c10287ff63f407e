import { type Columns, concat, noPoints, slice, sorted } from './columns.ts'

/** Blocks of points, each by time, step, value, in the order of their first times. Blocks may overlap. */
export type Blocks = AsyncIterator<Columns>

interface Source {
  readonly blocks: Blocks
  head: Columns
}

/** So many points are gathered before they are put in order. */
const enough = 8192

/**
 * The points of all sources by time, step, value, each once, a batch at a time. Memory holds the blocks that overlap in
 * time, and no more. `extra` is asked before each batch for sources that have appeared.
 */
export async function* merge(
  blocks: readonly Blocks[],
  extra: () => readonly Blocks[] = () => [],
): AsyncGenerator<Columns> {
  let sources = await open(blocks)
  sources.push(...(await open(extra())))
  let waiting: Columns[] = []
  let count = 0
  let last: Columns = noPoints
  while (sources.length > 0 || count > 0) {
    const next = earliest(sources)
    if (next !== undefined) {
      waiting.push(next.head)
      count += next.head.times.length
      sources = await advance(sources, next)
      sources.push(...(await open(extra())))
    }
    const bound = earliest(sources)?.head.times[0] ?? Number.POSITIVE_INFINITY
    if (count < enough && sources.length > 0) continue
    const points = sorted(concat([last, ...waiting]), 'time')
    const begin = placeAfter(points, last)
    const end = firstFrom(points.times, bound)
    if (end > begin) {
      yield slice(points, begin, end)
      last = slice(points, end - 1, end)
    }
    const rest = slice(points, Math.max(begin, end), points.times.length)
    waiting = rest.times.length === 0 ? [] : [rest]
    count = rest.times.length
  }
}

async function open(blocks: readonly Blocks[]): Promise<Source[]> {
  const sources = await Promise.all(
    blocks.map(async (one) => {
      const head = await filled(one)
      return head === undefined ? [] : [{ blocks: one, head }]
    }),
  )
  return sources.flat()
}

async function advance(sources: Source[], source: Source): Promise<Source[]> {
  const head = await filled(source.blocks)
  if (head === undefined) return sources.filter((one) => one !== source)
  source.head = head
  return sources
}

async function filled(blocks: Blocks): Promise<Columns | undefined> {
  for (;;) {
    const { value, done } = await blocks.next()
    if (done === true) return undefined
    if (value.times.length > 0) return value
  }
}

function earliest(sources: readonly Source[]): Source | undefined {
  let first: Source | undefined
  for (const source of sources) {
    if (first === undefined || (source.head.times[0] ?? 0) < (first.head.times[0] ?? 0)) first = source
  }
  return first
}

/** Where the points begin that come after the last one that was given out: a late source may have earlier ones. */
function placeAfter(points: Columns, last: Columns): number {
  if (last.times.length === 0) return 0
  const [time, step, value] = [last.times[0] ?? 0, last.steps[0] ?? 0, last.values[0] ?? 0]
  let at = firstFrom(points.times, time)
  while (at < points.times.length && points.times[at] === time) {
    const same = Object.is(points.values[at], value) || points.values[at] === value
    if (points.steps[at] === step && same) return at + 1
    at += 1
  }
  return at
}

function firstFrom(times: Float64Array, bound: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}
