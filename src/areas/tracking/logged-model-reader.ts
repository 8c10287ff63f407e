import { type RawBuilder, type Selectable, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import type { LoggedModels } from '../../store/tables.ts'
import { experimentNumber } from './experiment.ts'
import { type Clause, parseFilter } from './filter/clause.ts'
import { loggedModelGrammar } from './filter/grammar.ts'
import {
  after,
  all,
  type Condition,
  compare,
  compareNumber,
  compareTag,
  cursorColumn,
  orderBy,
  type SortKey,
} from './filter/sql.ts'
import type { LoggedModel, LoggedModelStatus, ModelMetric } from './logged-model.ts'
import { decodeCursor, encodeCursor } from './page.ts'
import { hex, tagsOf } from './run-row.ts'

export interface LoggedModelOrder {
  readonly field: string
  readonly ascending: boolean
  readonly datasetName?: string | undefined
  readonly datasetDigest?: string | undefined
}

export interface LoggedModelSearch {
  readonly projectId: string
  readonly experimentIds: readonly string[]
  readonly filter?: string | undefined
  readonly datasets?: readonly { name: string; digest?: string | undefined }[] | undefined
  readonly order?: readonly LoggedModelOrder[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export function createLoggedModelReader(store: Store) {
  async function loggedModel(
    projectId: string,
    id: string,
    options: { deleted?: boolean } = {},
  ): Promise<LoggedModel | undefined> {
    const row = await store.read
      .selectFrom('logged_models')
      .selectAll()
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .$if(options.deleted !== true, (query) => query.where('deleted', '=', false))
      .executeTakeFirst()
    return row === undefined ? undefined : (await withMetrics([row]))[0]
  }

  async function searchLoggedModels(
    search: LoggedModelSearch,
  ): Promise<{ models: LoggedModel[]; next?: string }> {
    const keys = sortingOf(search.order ?? [])
    const query = [search.experimentIds, search.filter, search.order, search.datasets]
    const clauses = parseFilter(search.filter, loggedModelGrammar)
    const conditions = [
      sql<boolean>`l.project_id = ${search.projectId} and not l.deleted`,
      sql<boolean>`l.experiment_id = any(${search.experimentIds.map(experimentNumber)}::bigint[])`,
      ...clauses.map((clause) => conditionOf(clause, search.datasets ?? [])),
    ]
    if ((search.datasets ?? []).length > 0 && !clauses.some((clause) => clause.entity === 'metric')) {
      conditions.push(metricExists([among(search.datasets ?? [])]))
    }
    if (search.cursor !== undefined) {
      conditions.push(after(keys, decodeCursor(search.cursor, query, keys.length)))
    }
    const { rows } = await sql<Row>`select l.*, ${cursorColumn(keys)} as cursor from logged_models l
      where ${all(conditions)} order by ${orderBy(keys)} limit ${search.limit + 1}`.execute(store.read)
    const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
    return {
      models: await withMetrics(rows.slice(0, search.limit)),
      ...(last === undefined ? {} : { next: encodeCursor(last.cursor, query) }),
    }
  }

  async function withMetrics(rows: readonly Selectable<LoggedModels>[]): Promise<LoggedModel[]> {
    if (rows.length === 0) return []
    const points = await store.read
      .selectFrom('metric_points')
      .selectAll()
      .where(
        'model_id',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('key')
      .orderBy('time_ms')
      .orderBy('step')
      .execute()
    const byModel = Map.groupBy(points, (point) => point.model_id)
    return rows.map((row) => modelOf(row, (byModel.get(row.id) ?? []).map(metricOf)))
  }

  return { loggedModel, searchLoggedModels }
}

type Row = Selectable<LoggedModels> & { cursor: (string | null)[] }

function modelOf(row: Selectable<LoggedModels>, metrics: readonly ModelMetric[]): LoggedModel {
  return {
    id: row.id,
    projectId: row.project_id,
    experimentId: String(row.experiment_id),
    name: row.name,
    modelType: row.model_type,
    sourceRunId: row.source_run_id === null ? row.named_run : hex(row.source_run_id),
    status: row.status as LoggedModelStatus,
    artifactUri: row.artifact_uri,
    params: tagsOf(row.params),
    tags: tagsOf(row.tags),
    metrics,
    deleted: row.deleted,
    created: row.created_ms,
    updated: row.updated_ms,
  }
}

function metricOf(point: {
  key: string
  value: number
  step: number
  time_ms: number
  run_id: string
  dataset_name: string | null
  dataset_digest: string | null
}): ModelMetric {
  return {
    key: point.key,
    value: point.value,
    step: point.step,
    time: point.time_ms,
    runId: hex(point.run_id),
    datasetName: point.dataset_name,
    datasetDigest: point.dataset_digest,
  }
}

const columns: Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>> = {
  name: { column: sql`l.name collate "C"`, type: 'text' },
  model_id: { column: sql`l.id collate "C"`, type: 'text' },
  model_type: { column: sql`l.model_type`, type: 'text' },
  status: {
    column: sql`case l.status when 'failed' then 'UPLOAD_FAILED' else upper(l.status) end`,
    type: 'text',
  },
  source_run_id: {
    column: sql`coalesce(replace(l.source_run_id::text, '-', ''), l.named_run, '')`,
    type: 'text',
  },
  creation_time: { column: sql`l.created_ms`, type: 'bigint' },
  creation_timestamp: { column: sql`l.created_ms`, type: 'bigint' },
  creation_timestamp_ms: { column: sql`l.created_ms`, type: 'bigint' },
  last_updated_timestamp: { column: sql`l.updated_ms`, type: 'bigint' },
  last_updated_timestamp_ms: { column: sql`l.updated_ms`, type: 'bigint' },
}

function conditionOf(
  clause: Clause,
  datasets: readonly { name: string; digest?: string | undefined }[],
): Condition {
  if (clause.entity === 'tag') return compareTag(sql`l.tags`, clause)
  if (clause.entity === 'parameter') return compareTag(sql`l.params`, clause)
  if (clause.entity === 'metric') {
    const conditions = [sql<boolean>`m.key = ${clause.key}`, compareNumber(sql`m.value`, clause)]
    return metricExists(datasets.length === 0 ? conditions : [...conditions, among(datasets)])
  }
  const { column, type } = columns[clause.key] ?? { column: sql`null`, type: 'text' }
  return type === 'bigint' ? compareNumber(sql`${column}::double precision`, clause) : compare(column, clause)
}

function metricExists(conditions: readonly Condition[]): Condition {
  return sql<boolean>`exists (select from metric_points m where m.model_id = l.id and ${all(conditions)})`
}

function among(datasets: readonly { name: string; digest?: string | undefined }[]): Condition {
  const each = datasets.map(({ name, digest }) =>
    digest === undefined
      ? sql<boolean>`m.dataset_name = ${name}`
      : sql<boolean>`(m.dataset_name = ${name} and m.dataset_digest = ${digest})`,
  )
  return sql<boolean>`(${sql.join(each, sql` or `)})`
}

function sortingOf(orders: readonly LoggedModelOrder[]): SortKey[] {
  const keys = orders.flatMap((order): SortKey[] => {
    const expression = order.field.includes('.') ? latestMetric(order) : attribute(order.field)
    const absent = sql`case when ${expression.column} is null then 1 else 0 end`
    return [
      { expression: absent, type: 'integer', ascending: true },
      { expression: expression.column, type: expression.type, ascending: order.ascending },
    ]
  })
  return [
    ...keys,
    { expression: sql`l.created_ms`, type: 'bigint', ascending: false },
    { expression: sql`l.id collate "C"`, type: 'text', ascending: true },
  ]
}

function attribute(field: string): { column: RawBuilder<unknown>; type: SortKey['type'] } {
  const found = Object.hasOwn(columns, field) ? columns[field] : undefined
  if (found !== undefined) return found
  throw new SlipwayError('invalid_argument', `Invalid order by field name: ${field}`)
}

function latestMetric(order: LoggedModelOrder): { column: RawBuilder<unknown>; type: SortKey['type'] } {
  const dot = order.field.indexOf('.')
  if (order.field.slice(0, dot) !== 'metrics') {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid order by field name: ${order.field}. Only metrics are supported.`,
    )
  }
  const conditions = [sql<boolean>`m.key = ${order.field.slice(dot + 1)}`]
  if (order.datasetName !== undefined) conditions.push(sql<boolean>`m.dataset_name = ${order.datasetName}`)
  if (order.datasetDigest !== undefined)
    conditions.push(sql<boolean>`m.dataset_digest = ${order.datasetDigest}`)
  return {
    column: sql`(select m.value from metric_points m where m.model_id = l.id and ${all(conditions)}
      order by m.time_ms desc, m.step desc, m.run_id limit 1)`,
    type: 'double precision',
  }
}
