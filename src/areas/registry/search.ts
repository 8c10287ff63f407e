import { type RawBuilder, type Selectable, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import type { RegisteredModels } from '../../store/tables.ts'
import {
  after,
  all,
  type Clause,
  type Condition,
  compare,
  compareTag,
  cursorColumn,
  decodeCursor,
  encodeCursor,
  type Grammar,
  orderBy,
  parseFilter,
  parseOrder,
  plainEntities,
  type SortKey,
} from '../tracking/index.ts'
import { type Model, promptTag, type Version } from './model.ts'
import type { Reader, VersionRow } from './reader.ts'

export interface Search {
  readonly projectId: string
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
  /** Part of a model's name, in any case. */
  readonly part?: string | undefined
  /** The exact name of the model. */
  readonly model?: string | undefined
  /** Absent: as the filter says, and no prompts when it says nothing. */
  readonly prompts?: boolean | 'both' | undefined
  /** Of models and of prompts: not those of these names, or only those. */
  readonly only?: { readonly models: Only; readonly prompts: Only } | undefined
}

interface Only {
  readonly all: boolean
  readonly except: readonly string[]
}

const modelGrammar: Grammar = {
  entities: plainEntities,
  attributes: ['name'],
  numeric: [],
  lists: ['name'],
  nullable: [],
  orderable: ['name', 'timestamp', 'last_updated_timestamp', 'creation_timestamp'],
}

const versionGrammar: Grammar = {
  entities: plainEntities,
  attributes: ['name', 'version_number', 'run_id', 'source_path'],
  numeric: ['version_number'],
  lists: ['name', 'run_id'],
  nullable: [],
  orderable: ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'],
}

type Columns = Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>>
const modelColumns: Columns = {
  name: { column: sql`m.name collate "C"`, type: 'text' },
  timestamp: { column: sql`m.updated_ms`, type: 'bigint' },
  last_updated_timestamp: { column: sql`m.updated_ms`, type: 'bigint' },
  creation_timestamp: { column: sql`m.created_ms`, type: 'bigint' },
}
const versionColumns: Columns = {
  name: { column: sql`m.name collate "C"`, type: 'text' },
  version_number: { column: sql`v.version`, type: 'integer' },
  run_id: { column: sql`coalesce(replace(v.run_id::text, '-', ''), v.named_run, '')`, type: 'text' },
  source_path: { column: sql`v.source`, type: 'text' },
  creation_timestamp: { column: sql`v.created_ms`, type: 'bigint' },
  last_updated_timestamp: { column: sql`v.updated_ms`, type: 'bigint' },
}

/** Models by name unless told otherwise; prompts only when they are asked for. */
export async function searchModels(
  store: Store,
  reader: Reader,
  search: Search,
): Promise<{ models: Model[]; next?: string }> {
  const keys = sorting(modelGrammar, modelColumns, search.order, ['name'])
  const clauses = parseFilter(search.filter, modelGrammar)
  const { rows, next } = await page<Selectable<RegisteredModels>>(store, search, {
    select: sql`select m.*, ${cursorColumn(keys)} as cursor from registered_models m where m.project_id = ${search.projectId}`,
    conditions: [...named(search), ...conditionsOf(clauses, search, modelColumns, sql`m.tags`)],
    keys,
  })
  return { models: await reader.withLatest(rows), ...next }
}

/** Versions, the one changed last first unless told otherwise. */
export async function searchVersions(
  store: Store,
  reader: Reader,
  search: Search,
): Promise<{ versions: Version[]; next?: string }> {
  const order =
    search.order === undefined || search.order.length === 0 ? ['last_updated_timestamp DESC'] : search.order
  const keys = sorting(versionGrammar, versionColumns, order, ['name', 'version_number DESC'])
  const clauses = parseFilter(search.filter, versionGrammar)
  const { rows, next } = await page<VersionRow>(store, search, {
    select: sql`select v.*, m.name as model, ${cursorColumn(keys)} as cursor
      from model_versions v join registered_models m on m.id = v.model_id where v.project_id = ${search.projectId}`,
    conditions: [...named(search), ...conditionsOf(clauses, search, versionColumns, sql`v.tags`)],
    keys,
  })
  return { versions: await reader.withFiles(rows), ...next }
}

async function page<Row>(
  store: Store,
  search: Search,
  parts: { select: RawBuilder<unknown>; conditions: Condition[]; keys: readonly SortKey[] },
): Promise<{ rows: Row[]; next: { next?: string } }> {
  const query = [search.filter, search.order, search.part, search.model, search.prompts]
  const rest =
    search.cursor === undefined
      ? []
      : [after(parts.keys, decodeCursor(search.cursor, query, parts.keys.length))]
  const { rows } = await sql<Row & { cursor: (string | null)[] }>`${parts.select}
    and ${all([...parts.conditions, ...rest])}
    order by ${orderBy(parts.keys)} limit ${search.limit + 1}`.execute(store.read)
  const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
  return {
    rows: rows.slice(0, search.limit),
    next: last === undefined ? {} : { next: encodeCursor(last.cursor, query) },
  }
}

function named({ part, model, only }: Search): Condition[] {
  return [
    ...(only === undefined ? [] : [seen(only)]),
    ...(part === undefined ? [] : [sql<boolean>`strpos(lower(m.name), lower(${part})) > 0`]),
    ...(model === undefined ? [] : [sql<boolean>`m.name = ${model}`]),
  ]
}

function seen({ models, prompts }: { models: Only; prompts: Only }): Condition {
  const within = ({ all, except }: Only) => sql<boolean>`(m.name = any(${except})) <> ${all}`
  return sql<boolean>`case when lower(coalesce(m.tags ->> ${promptTag}::text, 'false')) = 'true'
    then ${within(prompts)} else ${within(models)} end`
}

/** What is no prompt has no tag that says so; it counts as `false`. */
function conditionsOf(
  clauses: readonly Clause[],
  search: Search,
  columns: Columns,
  tags: RawBuilder<unknown>,
): Condition[] {
  const prompts = search.prompts ?? clauses.some(asksForPrompts)
  const isPrompt = sql<boolean>`lower(coalesce(m.tags ->> ${promptTag}::text, 'false')) = 'true'`
  const rest = clauses.filter((clause) => clause.entity !== 'tag' || clause.key !== promptTag)
  return [
    ...(prompts === 'both' ? [] : [prompts ? isPrompt : sql<boolean>`not ${isPrompt}`]),
    ...rest.map((clause) =>
      clause.entity === 'tag'
        ? compareTag(tags, clause)
        : compare(columnOf(columns, clause.key).column, clause),
    ),
  ]
}

function asksForPrompts(clause: Clause): boolean {
  if (clause.entity !== 'tag' || clause.key !== promptTag) return false
  const value = String(clause.value).toLowerCase()
  return (clause.comparator === '=' && value === 'true') || (clause.comparator === '!=' && value === 'false')
}

function sorting(
  grammar: Grammar,
  columns: Columns,
  order: readonly string[] | undefined,
  ties: readonly string[],
): SortKey[] {
  const given = parseOrder(order ?? [], grammar)
  const more = parseOrder(ties, grammar).filter((tie) => !given.some((one) => one.key === tie.key))
  return [...given, ...more].map(({ entity, key, ascending }) => {
    if (entity !== 'attribute') {
      throw new SlipwayError('invalid_argument', `Invalid order_by entity: ${entity}`)
    }
    const { column, type } = columnOf(columns, key)
    return { expression: column, type, ascending }
  })
}

function columnOf(columns: Columns, key: string) {
  const found = Object.hasOwn(columns, key) ? columns[key] : undefined
  if (found === undefined) throw new SlipwayError('invalid_argument', `Invalid attribute name: ${key}`)
  return found
}
