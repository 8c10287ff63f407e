import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import { experimentNumber } from './experiment.ts'
import { type Clause, parseFilter } from './filter/clause.ts'
import { attributeOf, runGrammar } from './filter/grammar.ts'
import { type Order, parseOrder } from './filter/order.ts'
import {
  after,
  all,
  type Condition,
  compare,
  compareNumber,
  cursorColumn,
  orderBy,
  type SortKey,
} from './filter/sql.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import { contextTag, isRunId, type RunInfo } from './run.ts'
import { infoOf } from './run-row.ts'

export type View = 'active' | 'deleted' | 'all'

export interface RunSearch {
  readonly projectId: string
  /** Absent: every experiment of the project. */
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly view?: View
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface RunPage {
  readonly runs: RunInfo[]
  readonly next?: string
}

interface Sorting {
  readonly keys: readonly SortKey[]
  readonly joins: readonly RawBuilder<unknown>[]
}

/** Runs by filter and order, a page at a time. */
export async function searchRuns(store: Store, search: RunSearch): Promise<RunPage> {
  const { keys, joins } = sortingOf(parseOrder(search.order ?? [], runGrammar))
  const query = [search.experimentIds, search.filter, search.order, search.view]
  const conditions = matching(search)
  if (search.cursor !== undefined) {
    conditions.push(after(keys, decodeCursor(search.cursor, query, keys.length)))
  }
  const { rows } = await sql<Row>`select r.*, ${cursorColumn(keys)} as cursor
    from runs r ${joins.length === 0 ? sql`` : sql.join(joins, sql` `)}
    where ${all(conditions)} order by ${orderBy(keys)} limit ${search.limit + 1}`.execute(store.read)
  const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
  return {
    runs: rows.slice(0, search.limit).map(infoOf),
    ...(last === undefined ? {} : { next: encodeCursor(last.cursor, query) }),
  }
}

/** What a search asks of runs, `runs r` in SQL; without its cursor. */
export function matching(search: Omit<RunSearch, 'limit' | 'cursor'>): Condition[] {
  return [...scope(search), ...parseFilter(search.filter, runGrammar).map(conditionOf)]
}

type Row = Parameters<typeof infoOf>[0] & { cursor: (string | null)[] }

function scope(search: Omit<RunSearch, 'limit'>): Condition[] {
  const conditions: Condition[] = [sql<boolean>`r.project_id = ${search.projectId}`]
  if (search.experimentIds !== undefined) {
    const ids = search.experimentIds.map(experimentNumber)
    // With one id the index gives the default order; `any` would not.
    conditions.push(
      ids.length === 1
        ? sql<boolean>`r.experiment_id = ${ids[0]}`
        : sql<boolean>`r.experiment_id = any(${ids}::bigint[])`,
    )
  }
  if (search.view === 'deleted') conditions.push(sql<boolean>`r.deleted_ms is not null`)
  else if (search.view !== 'all') conditions.push(sql<boolean>`r.deleted_ms is null`)
  return conditions
}

function conditionOf(clause: Clause): Condition {
  if (clause.entity === 'metric') {
    return sql<boolean>`exists (select from metric_summaries m where m.run_id = r.id and m.key = ${clause.key}
      and ${compareNumber(sql`m.value`, clause)})`
  }
  if (clause.entity === 'parameter') return textCondition(sql`run_params`, clause)
  if (clause.entity === 'tag') return textCondition(sql`run_tags`, clause)
  if (clause.entity === 'dataset') return datasetCondition(clause)
  return attributeCondition(clause)
}

function textCondition(table: RawBuilder<unknown>, clause: Clause): Condition {
  const mine = sql`select from ${table} t where t.run_id = r.id and t.key = ${clause.key}`
  if (clause.comparator === 'IS NULL') return sql<boolean>`not exists (${mine})`
  if (clause.comparator === 'IS NOT NULL') return sql<boolean>`exists (${mine})`
  const value = compare(sql`t.value`, clause)
  if (clause.comparator !== '=') return sql<boolean>`exists (${mine} and ${value})`
  // The index holds the first 128 characters of values.
  return sql<boolean>`exists (${mine} and left(t.value, 128) = left(${clause.value}::text, 128) and ${value})`
}

function datasetCondition(clause: Clause): Condition {
  const columns: Record<string, RawBuilder<unknown>> = {
    name: sql`d.name`,
    digest: sql`d.digest`,
    context: sql`(i.tags ->> ${contextTag}::text)`,
  }
  const column = columns[clause.key] ?? sql`null`
  return sql<boolean>`exists (select from run_inputs i join run_datasets d on d.id = i.dataset_id
    where i.run_id = r.id and ${compare(column, clause)})`
}

const hexId = sql`replace(r.id::text, '-', '')`
const attributes: Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>> = {
  run_id: { column: sql`r.id`, type: 'uuid' },
  run_name: { column: sql`r.name collate "C"`, type: 'text' },
  user_id: { column: sql`r.user_name collate "C"`, type: 'text' },
  status: { column: sql`upper(r.status)`, type: 'text' },
  artifact_uri: { column: sql`r.artifact_uri collate "C"`, type: 'text' },
  start_time: { column: sql`r.start_ms`, type: 'bigint' },
  end_time: { column: sql`r.end_ms`, type: 'bigint' },
}

function attributeCondition(clause: Clause): Condition {
  const key = attributeOf(clause.key)
  if (key === 'run_id') return idCondition(clause)
  const { column, type } = attribute(key)
  return type === 'bigint' ? compareTime(column, clause) : compare(column, clause)
}

/** Plain numbers: no NaN to mind, and the index on times stays usable. */
function compareTime(column: RawBuilder<unknown>, clause: Clause): Condition {
  const whole = typeof clause.value === 'number' && Number.isInteger(clause.value)
  return whole ? compare(column, clause) : compareNumber(column, clause)
}

function idCondition(clause: Clause): Condition {
  const ids = Array.isArray(clause.value) ? clause.value : [clause.value]
  const known = ids.filter((id) => typeof id === 'string' && isRunId(id))
  const among = sql<boolean>`r.id = any(${known}::uuid[])`
  if (clause.comparator === '=' || clause.comparator === 'IN') return among
  if (clause.comparator === '!=' || clause.comparator === 'NOT IN') return sql<boolean>`not ${among}`
  return compare(hexId, clause)
}

function attribute(key: string) {
  const found = Object.hasOwn(attributes, key) ? attributes[key] : undefined
  if (found === undefined)
    throw new SlipwayError('invalid_argument', `Invalid attribute key '${key}' specified.`)
  return found
}

/** NaN, then what lacks the key, come last either way; ties go to the latest start, then to the id. */
function sortingOf(orders: readonly Order[]): Sorting {
  const joins: RawBuilder<unknown>[] = []
  const keys: SortKey[] = []
  for (const [index, order] of orders.entries()) {
    const key = attributeOf(order.key)
    if (order.entity === 'attribute') {
      const { column, type } = attribute(key)
      if (key === 'end_time') keys.push(absentLast(column))
      keys.push({ expression: column, type, ascending: order.ascending })
      continue
    }
    const alias = sql.ref(`o${index}.value`)
    joins.push(sql`left join ${tableOf(order)} ${sql.ref(`o${index}`)}
      on ${sql.ref(`o${index}.run_id`)} = r.id and ${sql.ref(`o${index}.key`)} = ${order.key}`)
    if (order.entity === 'metric') {
      const rank = sql`case when ${alias} = 'NaN' then 1 when ${alias} is null then 2 else 0 end`
      keys.push({ expression: rank, type: 'integer', ascending: true })
      keys.push({ expression: alias, type: 'double precision', ascending: order.ascending })
    } else {
      keys.push(absentLast(alias), {
        expression: sql`${alias} collate "C"`,
        type: 'text',
        ascending: order.ascending,
      })
    }
  }
  if (!orders.some((order) => order.entity === 'attribute' && attributeOf(order.key) === 'start_time')) {
    keys.push({ expression: sql`r.start_ms`, type: 'bigint', ascending: false })
  }
  keys.push({ expression: sql`r.id`, type: 'uuid', ascending: true })
  return { keys, joins }
}

function absentLast(expression: RawBuilder<unknown>): SortKey {
  return {
    expression: sql<SqlBool>`case when ${expression} is null then 1 else 0 end`,
    type: 'integer',
    ascending: true,
  }
}

function tableOf(order: Order): RawBuilder<unknown> {
  if (order.entity === 'metric') return sql`metric_summaries`
  if (order.entity === 'parameter') return sql`run_params`
  if (order.entity === 'tag') return sql`run_tags`
  throw new SlipwayError('invalid_argument', `Invalid identifier type '${order.entity}'`)
}
