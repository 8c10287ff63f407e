import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import { hex } from './run-row.ts'

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

export function createMetricReader(store: Store) {
  /** In the order of time, step, value; all of them without a limit. */
  async function history(
    id: string,
    key: string,
    page: { limit?: number | undefined; cursor?: string | undefined } = {},
  ): Promise<PointPage> {
    const query = [id, key]
    const [time, step, value] = page.cursor === undefined ? [] : decodeCursor(page.cursor, query, 3)
    const rest =
      page.cursor === undefined
        ? sql`true`
        : sql`(time_ms, step, value) > (${time}::bigint, ${step}::bigint, ${value}::double precision)`
    const limit = page.limit === undefined ? sql`all` : sql`${page.limit + 1}`
    const { rows } = await sql<Row>`select step, time_ms, value from metric_points
      where run_id = ${id}::uuid and key = ${key} and ${rest}
      order by time_ms, step, value limit ${limit}`.execute(store.read)
    const points = rows.slice(0, page.limit).map(pointOf)
    const last = page.limit !== undefined && rows.length > page.limit ? points.at(-1) : undefined
    if (last === undefined) return { points }
    return { points, next: encodeCursor([last.time, last.step, last.value].map(String), query) }
  }

  async function count(id: string, key: string): Promise<number> {
    const row = await store.read
      .selectFrom('metric_summaries')
      .select('count')
      .where('run_id', '=', id)
      .where('key', '=', key)
      .executeTakeFirst()
    return row?.count ?? 0
  }

  /** At most `points`, by step: the least and greatest of each stretch, so that no extreme is lost. */
  async function thinned(id: string, key: string, points: number): Promise<StoredPoint[]> {
    const { rows } = await sql<Row>`with placed as (
        select step, time_ms, value, ntile(${Math.floor(points / 2)}) over (order by step, time_ms, value) as part
        from metric_points where run_id = ${id}::uuid and key = ${key}
      ), ranked as (
        select *, row_number() over (partition by part order by value, step) as least,
          row_number() over (partition by part order by value desc, step) as greatest from placed
      ) select step, time_ms, value from ranked where least = 1 or greatest = 1
      order by step, time_ms, value`.execute(store.read)
    return rows.map(pointOf)
  }

  /** At most `points` of each run by step, evenly chosen, with the first and the last. */
  async function sampled(
    ids: readonly string[],
    key: string,
    points: number,
    steps?: { from: number; to: number },
  ): Promise<(StoredPoint & { runId: string })[]> {
    const within = steps === undefined ? sql`true` : sql`step between ${steps.from} and ${steps.to}`
    const { rows } = await sql<Row & { run_id: string }>`with numbered as (
        select run_id, step, time_ms, value,
          row_number() over w as place, count(*) over (partition by run_id) as total
        from metric_points where run_id = any(${ids}::uuid[]) and key = ${key} and ${within}
        window w as (partition by run_id order by step, time_ms, value)
      ) select run_id, step, time_ms, value from numbered
      where total <= ${points} or place = total
        or (${points} > 1 and floor((place - 1)::numeric * (${points} - 1) / nullif(total - 1, 0))
          <> floor((place - 2)::numeric * (${points} - 1) / nullif(total - 1, 0)))
      order by array_position(${ids}::uuid[], run_id), step, time_ms, value`.execute(store.read)
    return rows.map((row) => ({ runId: hex(row.run_id), ...pointOf(row) }))
  }

  /** The points of several runs in the order of run, time, step, value. */
  async function bulk(
    ids: readonly string[],
    key: string,
    limit: number,
  ): Promise<(StoredPoint & { runId: string })[]> {
    const { rows } = await sql<
      Row & { run_id: string }
    >`select run_id, step, time_ms, value from metric_points
      where run_id = any(${ids}::uuid[]) and key = ${key}
      order by run_id, time_ms, step, value limit ${limit}`.execute(store.read)
    return rows.map((row) => ({ runId: hex(row.run_id), ...pointOf(row) }))
  }

  return { history, count, thinned, sampled, bulk }
}

interface Row {
  step: number
  time_ms: number
  value: number
}

function pointOf(row: Row): StoredPoint {
  return { step: row.step, time: row.time_ms, value: row.value }
}
