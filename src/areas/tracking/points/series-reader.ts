import { SlipwayError } from '../../../base/error.ts'
import type { SeriesAxis } from '../../../contract/series.ts'
import type { Store } from '../../../store/store.ts'
import { isRunId } from '../run.ts'
import { hex } from '../run-row.ts'
import { type Columns, pick, type Range, sorted, within } from './columns.ts'
import { readHot } from './hot.ts'
import { thin } from './thin.ts'

/** What a chart asks for: every key of every run. */
export interface SeriesWanted {
  readonly projectId: string
  readonly runs: readonly string[]
  readonly keys: readonly string[]
  readonly axis: SeriesAxis
  /** On the axis: steps, milliseconds since 1970, or milliseconds since the run's start. Both ends included. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** The most points of each. */
  readonly points: number
}

/** The points of a chart's line, in the order of its axis. */
export interface ChartSeries {
  readonly run: string
  readonly key: string
  /** Of the run, in milliseconds since 1970. */
  readonly start: number
  /** Points in the range, of which `columns` may be a part. */
  readonly count: number
  readonly columns: Columns
}

const mostPairs = 1000

/** Fails with `invalid_argument` for more than 1,000 pairs of run and key. Runs of other projects are not there. */
export async function readSeries(store: Store, wanted: SeriesWanted): Promise<ChartSeries[]> {
  if (wanted.runs.length * wanted.keys.length > mostPairs) {
    throw new SlipwayError(
      'invalid_argument',
      `At most ${mostPairs} pairs of run and key at once; these are ${wanted.runs.length * wanted.keys.length}.`,
    )
  }
  const starts = await startsOf(store, wanted.projectId, wanted.runs)
  const hot = await readHot(store.read, [...starts.keys()], wanted.keys)
  const by = wanted.axis === 'step' ? 'step' : 'time'
  const series = hot.flatMap(({ run, key, columns }) => {
    const start = starts.get(run) ?? 0
    const points = sorted(within(columns, rangeOf(wanted, start)), by)
    const kept = pick(points, thin(points.values, wanted.points))
    const count = points.values.length
    return count === 0 ? [] : [{ run, key, start, count, columns: kept }]
  })
  const place = new Map(wanted.runs.map((id, at) => [id, at]))
  return series.sort((a, b) => (place.get(a.run) ?? 0) - (place.get(b.run) ?? 0) || (a.key < b.key ? -1 : 1))
}

/** When each of the runs started. */
async function startsOf(
  store: Store,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await store.read
    .selectFrom('runs')
    .select(['id', 'start_ms'])
    .where('project_id', '=', projectId)
    .where('id', 'in', ids.filter(isRunId))
    .execute()
  return new Map(rows.map((row) => [hex(row.id), row.start_ms]))
}

function rangeOf({ axis, from, to }: SeriesWanted, start: number): Range {
  if (axis !== 'relative') return { axis, from, to }
  const after = (ms: number | undefined) => (ms === undefined ? undefined : ms + start)
  return { axis: 'time', from: after(from), to: after(to) }
}
