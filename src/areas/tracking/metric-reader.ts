import type { Store } from '../../store/store.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import { type Columns, concat, noPoints, sorted, within } from './points/columns.ts'
import { type OpenFile, type Position, streamPoints } from './points/point-stream.ts'

/** A point as it is read back. */
export interface StoredPoint {
  readonly step: number
  readonly time: number
  readonly value: number
}

export interface PointPage {
  readonly points: StoredPoint[]
  readonly next?: string
}

type RunPoint = StoredPoint & { readonly runId: string }

export function createMetricReader(store: Store, openFile: OpenFile) {
  /** All points in the order of time, step, value, in batches: memory does not grow with the series. */
  function stream(id: string, key: string, after?: Position): AsyncGenerator<Columns> {
    return streamPoints(store, openFile, id, key, after)
  }

  /** In the order of time, step, value; all of them without a limit. */
  async function history(
    id: string,
    key: string,
    page: { limit?: number | undefined; cursor?: string | undefined } = {},
  ): Promise<PointPage> {
    const query = [id, key]
    const after = page.cursor === undefined ? undefined : positionOf(decodeCursor(page.cursor, query, 3))
    const most = page.limit ?? Number.POSITIVE_INFINITY
    const points = await take(stream(id, key, after), most + 1)
    const last = points.length > most ? points[most - 1] : undefined
    if (last === undefined) return { points }
    return {
      points: points.slice(0, most),
      next: encodeCursor([last.time, last.step, last.value].map(String), query),
    }
  }

  /** Of the points as they are stored now, none counted twice. */
  async function count(id: string, key: string): Promise<number> {
    const row = await store.read
      .selectFrom('metric_summaries')
      .select(['count', 'exact'])
      .where('run_id', '=', id)
      .where('key', '=', key)
      .executeTakeFirst()
    if (row === undefined || row.exact) return row?.count ?? 0
    let count = 0
    for await (const batch of stream(id, key)) count += batch.times.length
    return count
  }

  /** At most `points` of each run by step, evenly chosen, with the first and the last. */
  async function sampled(
    ids: readonly string[],
    key: string,
    points: number,
    steps?: { from: number; to: number },
  ): Promise<RunPoint[]> {
    const runs: { runId: string; mine: Columns }[] = []
    for (const runId of ids) {
      const all = await collect(stream(runId, key))
      runs.push({ runId, mine: sorted(within(all, { axis: 'step', ...steps }), 'step') })
    }
    const shown = sampledSteps(
      runs.map(({ mine }) => mine.steps),
      points,
    )
    return runs.flatMap(({ runId, mine }) =>
      [...pointsOf(mine)].filter(({ step }) => shown.has(step)).map((point) => ({ runId, ...point })),
    )
  }

  /** The points of several runs in the order of run, time, step, value. */
  async function bulk(ids: readonly string[], key: string, limit: number): Promise<RunPoint[]> {
    const found: RunPoint[] = []
    for (const runId of [...new Set(ids)].sort()) {
      const points = await take(stream(runId, key), limit - found.length)
      for (const point of points) found.push({ runId, ...point })
    }
    return found
  }

  return { stream, history, count, sampled, bulk }
}

function positionOf([time, step, value]: readonly (string | null)[]): Position {
  return { time: time ?? '0', step: step ?? '0', value: value ?? '0' }
}

/** The first points of a stream, which is not read further. */
async function take(stream: AsyncGenerator<Columns>, most: number): Promise<StoredPoint[]> {
  const points: StoredPoint[] = []
  if (most <= 0) return points
  for await (const batch of stream) {
    for (const point of pointsOf(batch)) {
      points.push(point)
      if (points.length === most) return points
    }
  }
  return points
}

async function collect(stream: AsyncGenerator<Columns>): Promise<Columns> {
  const batches: Columns[] = []
  for await (const batch of stream) batches.push(batch)
  return batches.length === 0 ? noPoints : concat(batches)
}

export function* pointsOf({ steps, times, values }: Columns): Generator<StoredPoint> {
  for (let at = 0; at < values.length; at += 1) {
    yield { step: steps[at] ?? 0, time: times[at] ?? 0, value: values[at] ?? 0 }
  }
}

/** The same steps of all runs, at even distances, with the first and the last of each run; `runs` are in order. */
function sampledSteps(runs: readonly ArrayLike<number>[], most: number): Set<number> {
  const every = new Set<number>()
  const ends: number[] = []
  for (const steps of runs) {
    for (let at = 0; at < steps.length; at += 1) every.add(steps[at] ?? 0)
    if (steps.length > 0) ends.push(steps[0] ?? 0, steps[steps.length - 1] ?? 0)
  }
  if (every.size <= most) return every
  const all = [...every].sort((a, b) => a - b)
  const even = Array.from({ length: most }, (_, place) => all[Math.floor((place * all.length) / most)] ?? 0)
  return new Set([...even, ...ends])
}
