import { type RawBuilder, type Selectable, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import type { Experiments } from '../../store/tables.ts'
import { type Experiment, experimentNumber } from './experiment.ts'
import { type Clause, parseFilter } from './filter/clause.ts'
import { experimentGrammar } from './filter/grammar.ts'
import { parseOrder } from './filter/order.ts'
import {
  after,
  all,
  type Condition,
  compare,
  compareTag,
  cursorColumn,
  orderBy,
  type SortKey,
} from './filter/sql.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import { tagsOf } from './run-row.ts'
import type { View } from './run-search.ts'

export interface ExperimentSearch {
  readonly projectId: string
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly view?: View
  readonly limit: number
  readonly cursor?: string | undefined
  /** Not those of these ids, or only those. */
  readonly only?: { readonly all: boolean; readonly except: readonly string[] } | undefined
}

export function createExperimentReader(store: Store) {
  async function byId(projectId: string, id: string): Promise<Experiment | undefined> {
    const row = await store.read
      .selectFrom('experiments')
      .selectAll()
      .where('id', '=', Number(experimentNumber(id)))
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : experimentOf(row)
  }

  async function byName(projectId: string, name: string): Promise<Experiment | undefined> {
    const row = await store.read
      .selectFrom('experiments')
      .selectAll()
      .where('name', '=', name)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : experimentOf(row)
  }

  async function search(wanted: ExperimentSearch): Promise<{ experiments: Experiment[]; next?: string }> {
    const keys = sortingOf(wanted.order ?? [])
    const query = [wanted.filter, wanted.order, wanted.view]
    const conditions = [
      sql<boolean>`project_id = ${wanted.projectId}`,
      ...(wanted.view === 'all' ? [] : [sql<boolean>`deleted = ${wanted.view === 'deleted'}`]),
      ...onlyOf(wanted.only),
      ...parseFilter(wanted.filter, experimentGrammar).map(conditionOf),
    ]
    if (wanted.cursor !== undefined) {
      conditions.push(after(keys, decodeCursor(wanted.cursor, query, keys.length)))
    }
    const { rows } = await sql<Row>`select *, ${cursorColumn(keys)} as cursor from experiments
      where ${all(conditions)} order by ${orderBy(keys)} limit ${wanted.limit + 1}`.execute(store.read)
    const last = rows.length > wanted.limit ? rows[wanted.limit - 1] : undefined
    return {
      experiments: rows.slice(0, wanted.limit).map(experimentOf),
      ...(last === undefined ? {} : { next: encodeCursor(last.cursor, query) }),
    }
  }

  /** How many runs that are not deleted each experiment has, and when the last one began. */
  async function activity(
    ids: readonly string[],
  ): Promise<Map<string, { runs: number; last: number | null }>> {
    if (ids.length === 0) return new Map()
    const rows = await store.read
      .selectFrom('runs')
      .select((e) => ['experiment_id', e.fn.countAll<number>().as('runs'), e.fn.max('start_ms').as('last')])
      .where('experiment_id', 'in', ids.map(Number))
      .where('deleted_ms', 'is', null)
      .groupBy('experiment_id')
      .execute()
    return new Map(rows.map((row) => [String(row.experiment_id), { runs: Number(row.runs), last: row.last }]))
  }

  return { byId, byName, search, activity }
}

type Row = Selectable<Experiments> & { cursor: (string | null)[] }

export function experimentOf(row: Selectable<Experiments>): Experiment {
  return {
    id: String(row.id),
    projectId: row.project_id,
    name: row.name,
    artifactLocation: row.artifact_location,
    deleted: row.deleted,
    tags: tagsOf(row.tags),
    created: row.created_ms,
    updated: row.updated_ms,
  }
}

const columns: Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>> = {
  name: { column: sql`name collate "C"`, type: 'text' },
  experiment_id: { column: sql`id`, type: 'bigint' },
  creation_time: { column: sql`created_ms`, type: 'bigint' },
  last_update_time: { column: sql`updated_ms`, type: 'bigint' },
}

function conditionOf(clause: Clause): Condition {
  if (clause.entity === 'tag') return compareTag(sql`tags`, clause)
  const column = columns[clause.key]?.column ?? sql`null`
  if (typeof clause.value === 'number' && !Number.isSafeInteger(clause.value)) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid value for numeric attribute '${clause.key}': '${clause.value}'`,
    )
  }
  if (clause.key !== 'experiment_id') return compare(column, clause)
  const ids = Array.isArray(clause.value) ? clause.value : [clause.value]
  for (const id of ids) experimentNumber(String(id))
  return compare(sql`id::text`, clause)
}

function sortingOf(order: readonly string[]): SortKey[] {
  const keys = parseOrder(order, experimentGrammar).map((one): SortKey => {
    const { column, type } = columns[one.key] ?? { column: sql`id`, type: 'bigint' as const }
    return { expression: column, type, ascending: one.ascending }
  })
  if (order.length === 0) keys.push({ expression: sql`created_ms`, type: 'bigint', ascending: false })
  return [...keys, { expression: sql`id`, type: 'bigint', ascending: order.length > 0 }]
}

function onlyOf(only: ExperimentSearch['only']): Condition[] {
  if (only === undefined || (only.all && only.except.length === 0)) return []
  return [sql<boolean>`(id::text = any(${only.except})) <> ${only.all}`]
}
