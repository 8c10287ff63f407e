import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import { hex } from './run-row.ts'

/** A noncharacter of Unicode: text hardly ever has it, and when it does that is noticed. */
const separator = '\ufdd0'

/** What runs have in a table with their id and a key: by id, for each key its pieces of text. */
export type Pieces = ReadonlyMap<string, readonly (readonly string[])[]>

/**
 * Reads `columns` (as text, none null) of all rows of some runs, by key. One text for each run instead of a row for each
 * key: a page of 1,000 runs has ten thousand of these, and the driver's work on them is what it takes.
 */
export async function readPieces(
  store: Store,
  table: 'run_params' | 'run_tags' | 'metric_summaries',
  columns: readonly RawBuilder<unknown>[],
  ids: readonly string[],
): Promise<Pieces> {
  const between = sql` || ${separator}::text || `
  const { rows } = await sql<{ run_id: string; rows: number; text: string }>`
    select run_id, count(*)::int as rows,
      string_agg(${sql.join(columns, between)}, ${separator}::text order by key) as text
    from ${sql.table(table)} where run_id = any(${ids}::uuid[]) group by run_id`.execute(store.read)
  const found = new Map<string, (readonly string[])[]>()
  for (const row of rows) {
    const pieces = row.text.split(separator)
    if (pieces.length !== row.rows * columns.length) return await readRows(store, table, columns, ids)
    const list: (readonly string[])[] = []
    for (let at = 0; at < pieces.length; at += columns.length)
      list.push(pieces.slice(at, at + columns.length))
    found.set(hex(row.run_id), list)
  }
  return found
}

async function readRows(
  store: Store,
  table: string,
  columns: readonly RawBuilder<unknown>[],
  ids: readonly string[],
): Promise<Pieces> {
  const { rows } = await sql<{ run_id: string; pieces: string[] }>`
    select run_id, array[${sql.join(columns)}] as pieces from ${sql.table(table)}
    where run_id = any(${ids}::uuid[]) order by run_id, key`.execute(store.read)
  const byRun = Map.groupBy(rows, (row) => hex(row.run_id))
  return new Map([...byRun].map(([id, list]) => [id, list.map((row) => row.pieces)]))
}
