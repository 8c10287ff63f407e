import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import { all } from '../tracking/index.ts'
import { readable, scopeOf } from './search.ts'

export interface Bucket {
  readonly at: number
  readonly traces: number
  readonly errors: number
  /** Milliseconds. */
  readonly p50: number | null
  readonly p95: number | null
  readonly tokens: number
}

const mostBuckets = 60
const widths = [1, 5, 15, 30, 60, 180, 360, 720, 1440, 10_080].map((minutes) => minutes * 60_000)

/** How many traces there were, how long they took and how many failed; empty buckets included. */
export async function activityOf(
  store: Store,
  query: {
    projectId: string
    experimentIds?: readonly string[] | undefined
    filter?: string | undefined
    hours: number
  },
  now = Date.now(),
): Promise<{ every: number; buckets: Bucket[] }> {
  const span = query.hours * 3_600_000
  const every = widths.find((width) => span / width <= mostBuckets) ?? span
  const first = Math.floor((now - span) / every) * every + every
  const { rows } = await readable(
    sql<Bucket>`select floor(t.start_ms / ${every}::numeric)::bigint * ${every} as at, count(*) as traces,
        count(*) filter (where t.state = 'error') as errors,
        percentile_cont(0.5) within group (order by t.duration_ms) as p50,
        percentile_cont(0.95) within group (order by t.duration_ms) as p95,
        coalesce(sum((t.usage ->> 'total_tokens')::numeric), 0)::double precision as tokens
      from traces t where ${all(scopeOf(query))} and t.start_ms >= ${first} and t.start_ms <= ${now}
      group by 1`.execute(store.read),
  )
  const byTime = new Map(rows.map((row) => [row.at, row]))
  const buckets: Bucket[] = []
  for (let at = first; at <= now; at += every) {
    buckets.push(byTime.get(at) ?? { at, traces: 0, errors: 0, p50: null, p95: null, tokens: 0 })
  }
  return { every, buckets }
}
