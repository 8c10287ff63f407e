import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../../store/store.ts'
import { hex } from '../run-row.ts'
import { type Columns, readDoubles, readInt64s } from './columns.ts'

/** A stretch of an axis, both ends included; an end that is absent is open. */
export interface Range {
  readonly axis: 'step' | 'time'
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface HotSeries {
  readonly run: string
  readonly key: string
  readonly columns: Columns
}

/** The points that are rows of the database, in no order: whole series as bytes, which costs far less than rows. */
export async function readHot(
  db: Store['read'],
  runs: readonly string[],
  keys: readonly string[],
  range: Range,
): Promise<HotSeries[]> {
  const { rows } = await sql<Row>`select run_id, key,
      string_agg(int8send(step), ''::bytea) as steps, string_agg(int8send(time_ms), ''::bytea) as times,
      string_agg(float8send(value), ''::bytea) as values
    from metric_points where run_id = any(${runs}::uuid[]) and key = any(${keys}::text[]) and ${within(range)}
    group by run_id, key`.execute(db)
  return rows.map((row) => ({
    run: hex(row.run_id),
    key: row.key,
    columns: {
      steps: readInt64s(row.steps),
      times: readInt64s(row.times),
      values: readDoubles(row.values),
    },
  }))
}

interface Row {
  run_id: string
  key: string
  steps: Buffer
  times: Buffer
  values: Buffer
}

const least = -(2 ** 63)
const greatest = 2 ** 63

/** Ends of a range are doubles, which may lie between or beyond what an int64 holds. */
function within({ axis, from, to }: Range): RawBuilder<boolean> {
  const column = axis === 'step' ? sql`step` : sql`time_ms`
  const conditions: RawBuilder<boolean>[] = [sql<boolean>`true`]
  if (from !== undefined && from >= greatest) conditions.push(sql<boolean>`false`)
  else if (from !== undefined && from > least)
    conditions.push(sql<boolean>`${column} >= ${BigInt(Math.ceil(from)).toString()}::bigint`)
  if (to !== undefined && to < least) conditions.push(sql<boolean>`false`)
  else if (to !== undefined && to < greatest)
    conditions.push(sql<boolean>`${column} <= ${BigInt(Math.floor(to)).toString()}::bigint`)
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}
