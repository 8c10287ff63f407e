import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import { experimentNumber } from './experiment.ts'
import { type Clause, parseFilter } from './filter/clause.ts'
import { runGrammar } from './filter/grammar.ts'
import { parseOrder } from './filter/order.ts'
import { after, all, type Condition, cursorColumn, orderBy } from './filter/sql.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import type { RunInfo } from './run.ts'
import { conditionOf, experimentsOf, scope } from './run-conditions.ts'
import { isIndexed, narrowest } from './run-narrow.ts'
import type { RunSearch } from './run-query.ts'
import { infoOf } from './run-row.ts'
import { type Sorting, sortingOf } from './run-sorting.ts'
import { type Along, type Walk, walked, walkOf } from './run-walk.ts'

export type { RunSearch, View } from './run-query.ts'

export interface RunPage {
  readonly runs: RunInfo[]
  readonly next?: string
  /** The clauses that no index answers: with nothing else to go by, they are checked run by run. */
  readonly scans: readonly string[]
}

interface ParsedSearch extends Along {
  readonly search: RunSearch
  readonly sorting: Sorting
}

/**
 * Runs by filter and order, a page at a time. The plan is chosen by counting, not by the database's estimates: few runs
 * that an index names; or the beginning of the order, as long as that gives a page; or all.
 */
export async function searchRuns(store: Store, search: RunSearch): Promise<RunPage> {
  const orders = parseOrder(search.order ?? [], runGrammar)
  const sorting = sortingOf(orders)
  const query = [search.experimentIds, search.filter, search.order, search.view]
  const cursor =
    search.cursor === undefined ? undefined : decodeCursor(search.cursor, query, sorting.keys.length)
  const clauses = parseFilter(search.filter, runGrammar)
  const rows = await pageOf(store, { search, clauses, orders, sorting, cursor })
  const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
  return {
    runs: rows.slice(0, search.limit).map(infoOf),
    ...(last === undefined
      ? {}
      : { next: encodeCursor(JSON.parse(last.cursor) as (string | null)[], query) }),
    scans: clauses.filter((clause) => !isIndexed(clause)).map(textOf),
  }
}

/** What a search asks of runs, `runs r` in SQL; without its cursor. */
export function matching(search: Omit<RunSearch, 'limit' | 'cursor'>): Condition[] {
  return [...scope(search), ...parseFilter(search.filter, runGrammar).map(conditionOf)]
}

/** Its cursor is text, since of a page only one is looked at. */
type Row = Parameters<typeof infoOf>[0] & { cursor: string }

async function pageOf(store: Store, wanted: ParsedSearch): Promise<Row[]> {
  const ids = await narrowest(store, experimentsOf(wanted.search), wanted.clauses)
  if (ids !== undefined) return await read(store, wanted, sql<boolean>`r.id = any(array(${ids}))`)
  return (await walk(store, wanted)) ?? (await read(store, wanted, undefined))
}

/** Undefined when the beginning of the order does not give a page. */
async function walk(store: Store, wanted: ParsedSearch): Promise<Row[] | undefined> {
  const [experiment, ...others] = wanted.search.experimentIds ?? []
  if (experiment === undefined || others.length > 0) return undefined
  const needed = wanted.search.limit + 1
  for (let length = Math.max(shortWalk, 2 * needed); length <= longWalk; ) {
    const found = walkOf(experimentNumber(experiment), wanted, length)
    if (found === undefined) return undefined
    const rows = await read(store, wanted, found)
    if (rows.length === needed) return rows
    // As many more as it takes when the rest is like the beginning, and some to spare.
    length = Math.ceil((1.5 * length * needed) / Math.max(rows.length, 1))
  }
  return undefined
}

const shortWalk = 500
/** Beyond, looking at all runs at once is faster than at each by itself. */
const longWalk = 10_000

async function read(
  store: Store,
  { search, clauses, orders, sorting: { keys, joins }, cursor }: ParsedSearch,
  among: Walk | RawBuilder<boolean> | undefined,
): Promise<Row[]> {
  const along = among !== undefined && 'entries' in among ? among : undefined
  const done = along === undefined ? [] : walked(clauses, orders)
  const conditions = [
    ...scope(search),
    ...clauses.filter((clause) => !done.includes(clause)).map(conditionOf),
    ...(along === undefined ? [] : [along.sure]),
    ...(among === undefined || 'entries' in among ? [] : [among]),
    ...(cursor === undefined ? [] : [after(keys, cursor)]),
  ]
  const joined = along === undefined ? joins : joins.slice(1)
  const { rows } = await sql<Row>`${along === undefined ? sql`` : sql`with ${along.entries}`}
    select r.*, array_to_json(${cursorColumn(keys)})::text as cursor
    from ${along?.from ?? sql`runs r`} ${joined.length === 0 ? sql`` : sql.join(joined, sql` `)}
    where ${all(conditions)} order by ${orderBy(keys)} limit ${search.limit + 1}`.execute(store.read)
  return rows
}

function textOf(clause: Clause): string {
  return `${clause.entity}.${clause.key} ${clause.comparator}`
}
