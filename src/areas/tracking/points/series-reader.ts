import { SlipwayError } from '../../../base/error.ts'
import type { SeriesAxis } from '../../../contract/series.ts'
import type { Store } from '../../../store/store.ts'
import { isRunId } from '../run.ts'
import { hex } from '../run-row.ts'
import { type Columns, noPoints, type Range } from './columns.ts'
import type { SegmentReader } from './file/read.ts'
import { type RunSegment, readSegments } from './file/segments.ts'
import { type HotSeries, readHot } from './hot.ts'
import { overview } from './overview.ts'

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
export async function readSeries(
  store: Store,
  reader: SegmentReader,
  wanted: SeriesWanted,
): Promise<ChartSeries[]> {
  if (wanted.runs.length * wanted.keys.length > mostPairs) {
    throw new SlipwayError(
      'invalid_argument',
      `At most ${mostPairs} pairs of run and key at once; these are ${wanted.runs.length * wanted.keys.length}.`,
    )
  }
  const starts = await startsOf(store, wanted.projectId, wanted.runs)
  const ids = [...starts.keys()]
  // Points move from the database into files: read in this order they may be met twice, but are never missed.
  const hot = await readHot(store.read, ids, wanted.keys)
  const segments = await readSegments(store.read, ids, wanted.keys)
  const series = await Promise.all(
    together(hot, segments).map(async ({ run, key, columns, places }) => {
      const start = starts.get(run) ?? 0
      const found = await overview(reader, places, columns, rangeOf(wanted, start), wanted.points)
      return { run, key, start, ...found }
    }),
  )
  const place = new Map(wanted.runs.map((id, at) => [id, at]))
  return series
    .filter((one) => one.count > 0)
    .sort((a, b) => (place.get(a.run) ?? 0) - (place.get(b.run) ?? 0) || (a.key < b.key ? -1 : 1))
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

/** What there is of each series, in the database and in files. */
function together(hot: readonly HotSeries[], segments: readonly RunSegment[]) {
  const all = new Map<string, { run: string; key: string; columns: Columns; places: RunSegment[] }>()
  for (const one of hot) all.set(`${one.run}${one.key}`, { ...one, places: [] })
  for (const segment of segments) {
    const id = `${segment.run}${segment.key}`
    const known = all.get(id)
    if (known !== undefined) known.places.push(segment)
    else all.set(id, { run: segment.run, key: segment.key, columns: noPoints, places: [segment] })
  }
  return [...all.values()]
}
