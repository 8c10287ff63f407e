import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../../store/store.ts'
import { hex } from '../run-row.ts'
import { type Columns, fromChunks } from './columns.ts'

/** Points of one metric of one run, in no order and perhaps repeated. */
export interface HotSeries {
  readonly run: string
  readonly key: string
  readonly columns: Columns
}

/** The points that are in the database, whole series as bytes: that costs far less than a row for each. */
export async function readHot(
  db: Store['read'],
  runs: readonly string[],
  keys: readonly string[],
): Promise<HotSeries[]> {
  const { rows } = await sql<{ run_id: string; key: string; bytes: Buffer }>`
    select run_id, key, string_agg(bytes, ''::bytea) as bytes from (${hotBytes(runs, keys)}) p
    group by run_id, key`.execute(db)
  return rows.map((row) => ({ run: hex(row.run_id), key: row.key, columns: fromChunks(row.bytes) }))
}

function hotBytes(runs: readonly string[], keys: readonly string[]): RawBuilder<unknown> {
  const mine = sql`run_id = any(${runs}::uuid[]) and key = any(${keys}::text[])`
  return sql`select run_id, key, points as bytes from metric_chunks where ${mine}
    union all
    select run_id, key, int8send(time_ms) || int8send(step) || float8send(value) from metric_points where ${mine}`
}
