import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import {
  after,
  all,
  type Condition,
  cursorColumn,
  decodeCursor,
  encodeCursor,
  orderBy,
  type SortKey,
} from '../tracking/index.ts'
import { parseTraceFilter, traceIdentifier } from './filter/clause.ts'
import { orderable } from './filter/grammar.ts'
import { columns, conditionsOf } from './filter/sql.ts'
import type { TraceRow } from './row.ts'
import { traceKey } from './trace.ts'

export interface TraceSearch {
  readonly projectId: string
  /** Absent: every experiment of the project. */
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Traces by filter and order, a page at a time; the latest first unless told. */
export async function searchTraces(
  store: Store,
  search: TraceSearch,
): Promise<{ rows: TraceRow[]; next?: string }> {
  const keys = sortingOf(search.order ?? [])
  const query = [search.experimentIds, search.filter, search.order]
  const conditions = scopeOf(search)
  if (search.cursor !== undefined)
    conditions.push(after(keys, decodeCursor(search.cursor, query, keys.length)))
  const { rows } = await readable(
    sql<TraceRow & { cursor: (string | null)[] }>`select t.*, ${cursorColumn(keys)} as cursor from traces t
      where ${all(conditions)} order by ${orderBy(keys)} limit ${search.limit + 1}`.execute(store.read),
  )
  const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
  return {
    rows: rows.slice(0, search.limit),
    ...(last === undefined ? {} : { next: encodeCursor(last.cursor, query) }),
  }
}

/** What a search is about, as conditions on traces `t`. */
export function scopeOf(search: Pick<TraceSearch, 'projectId' | 'experimentIds' | 'filter'>): Condition[] {
  const conditions: Condition[] = [sql<boolean>`t.project_id = ${search.projectId}`]
  const ids = search.experimentIds?.map(experimentNumber)
  if (ids !== undefined) {
    // With one id the index gives the default order; `any` would not.
    conditions.push(
      ids.length === 1
        ? sql<boolean>`t.experiment_id = ${ids[0]}`
        : sql<boolean>`t.experiment_id = any(${ids}::bigint[])`,
    )
  }
  return [...conditions, ...conditionsOf(parseTraceFilter(search.filter))]
}

function experimentNumber(id: string): string {
  if (/^\d{1,18}$/.test(id)) return id
  throw new SlipwayError(
    'invalid_argument',
    `Invalid experiment ID '${id}'. Experiment ID must be a valid integer.`,
  )
}

/** A pattern that PostgreSQL can't read is its writer's mistake. */
export async function readable<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== '2201B')
      throw error
    throw new SlipwayError('invalid_argument', 'Invalid regular expression in the filter', { cause: error })
  }
}

function sortingOf(clauses: readonly string[]): SortKey[] {
  const seen = new Set<string>()
  const keys = clauses.flatMap((clause): SortKey[] => {
    const { entity, key, ascending } = orderOf(clause)
    const name = `${entity}.${key}`
    if (seen.has(name)) {
      const list = clauses.map((one) => `'${one}'`).join(', ')
      throw new SlipwayError('invalid_argument', `\`order_by\` contains duplicate fields: [${list}]`)
    }
    seen.add(name)
    const { expression, type, nullable } = columnOf(entity, key)
    const sort: SortKey = {
      expression: type === 'text' ? sql`${expression} collate "C"` : expression,
      type,
      ascending,
    }
    return nullable ? [absentLast(expression), sort] : [sort]
  })
  if (!seen.has('attribute.timestamp_ms')) {
    keys.push({ expression: sql`t.start_ms`, type: 'bigint', ascending: false })
  }
  if (!seen.has('attribute.request_id')) keys.push({ expression: sql`t.id`, type: 'text', ascending: true })
  return keys
}

function orderOf(clause: string): { entity: string; key: string; ascending: boolean } {
  const parts = /^\s*(\S(?:[\s\S]*\S)?)\s*$/.exec(clause)?.[1] ?? ''
  const [, name = '', word = 'asc'] = /^([\s\S]*?)(?:\s+(asc|desc))?$/i.exec(parts) ?? []
  if (name === '' || (/\s/.test(name) && !/[`"]/.test(name))) {
    throw new SlipwayError('invalid_argument', `Invalid order_by clause '${clause}'. Could not be parsed.`)
  }
  return { ...traceIdentifier(name, orderable), ascending: word.toLowerCase() === 'asc' }
}

interface SortColumn {
  readonly expression: RawBuilder<unknown>
  readonly type: 'text' | 'bigint'
  readonly nullable: boolean
}

function columnOf(entity: string, key: string): SortColumn {
  const known = entity === 'attribute' ? columns[key] : undefined
  if (known !== undefined) {
    return { expression: known.column, type: known.type, nullable: known.nullable ?? false }
  }
  if (entity === 'metadata' && key === traceKey.session) {
    return { expression: sql`t.session`, type: 'text', nullable: true }
  }
  if (entity === 'tag' || entity === 'metadata') {
    const column = entity === 'tag' ? sql`t.tags` : sql`t.metadata`
    return { expression: sql`(${column} ->> ${key}::text)`, type: 'text', nullable: true }
  }
  throw new SlipwayError('invalid_argument', `Invalid identifier type '${entity}'`)
}

function absentLast(expression: RawBuilder<unknown>): SortKey {
  return {
    expression: sql`(case when ${expression} is null then 1 else 0 end)`,
    type: 'integer',
    ascending: true,
  }
}
