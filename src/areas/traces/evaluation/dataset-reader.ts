import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Store } from '../../../store/store.ts'
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
} from '../../tracking/index.ts'
import type { Texts } from '../span.ts'
import { datasetNotFound, type EvaluationDataset, type EvaluationRecord } from './dataset.ts'

export interface DatasetSearch {
  readonly projectId: string
  /** Absent: whatever experiments it belongs to. */
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const attributes = ['name', 'created_time', 'last_update_time', 'created_by', 'last_updated_by']
const grammar: Grammar = {
  entities: plainEntities,
  attributes,
  numeric: ['created_time', 'last_update_time'],
  lists: ['name'],
  nullable: [],
  orderable: ['name', 'created_time', 'last_update_time'],
}
const columns: Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>> = {
  name: { column: sql`d.name collate "C"`, type: 'text' },
  created_time: { column: sql`d.created_ms`, type: 'bigint' },
  last_update_time: { column: sql`d.updated_ms`, type: 'bigint' },
  created_by: { column: sql`d.created_by`, type: 'text' },
  last_updated_by: { column: sql`d.updated_by`, type: 'text' },
}

const selected = sql`d.*,
  (select count(*) from evaluation_records r where r.dataset_id = d.id) as records,
  array(select e.experiment_id::text from evaluation_dataset_experiments e where e.dataset_id = d.id order by 1)
    as experiment_ids`

interface Row {
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly schema: string | null
  readonly tags: Texts
  readonly created_by: string | null
  readonly updated_by: string | null
  readonly created_ms: number
  readonly updated_ms: number
  readonly records: number
  readonly experiment_ids: string[]
}

function datasetOf(row: Row): EvaluationDataset {
  return {
    id: row.id,
    name: row.name,
    digest: row.digest,
    schema: row.schema,
    tags: row.tags,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    created: row.created_ms,
    updated: row.updated_ms,
    experimentIds: row.experiment_ids,
    records: row.records,
  }
}

export function createDatasetReader(store: Store) {
  /** Fails with `not_found`. */
  async function evaluationDataset(projectId: string, id: string): Promise<EvaluationDataset> {
    const { rows } = await sql<Row>`select ${selected} from evaluation_datasets d
      where d.project_id = ${projectId} and d.id = ${id}`.execute(store.read)
    const [row] = rows
    if (row === undefined) throw datasetNotFound(id)
    return datasetOf(row)
  }

  /** By filter and order, a page at a time; the latest first unless told. */
  async function searchDatasets(
    search: DatasetSearch,
  ): Promise<{ datasets: EvaluationDataset[]; next?: string }> {
    const keys = sortingOf(search.order ?? [])
    const query = [search.experimentIds, search.filter, search.order]
    const conditions = [
      sql<boolean>`d.project_id = ${search.projectId}`,
      ...parseFilter(search.filter, grammar).map(conditionOf),
    ]
    if (search.experimentIds !== undefined) {
      conditions.push(sql<boolean>`exists (select from evaluation_dataset_experiments e where e.dataset_id = d.id
        and e.experiment_id::text = any(${search.experimentIds}::text[]))`)
    }
    if (search.cursor !== undefined) {
      conditions.push(after(keys, decodeCursor(search.cursor, query, keys.length)))
    }
    const { rows } = await sql<
      Row & { cursor: (string | null)[] }
    >`select ${selected}, ${cursorColumn(keys)} as cursor
      from evaluation_datasets d where ${all(conditions)} order by ${orderBy(keys)}
      limit ${search.limit + 1}`.execute(store.read)
    const last = rows.length > search.limit ? rows[search.limit - 1] : undefined
    return {
      datasets: rows.slice(0, search.limit).map(datasetOf),
      ...(last === undefined ? {} : { next: encodeCursor(last.cursor, query) }),
    }
  }

  /** Oldest first, a page at a time. Fails with `not_found` when there is no such dataset. */
  async function records(
    projectId: string,
    datasetId: string,
    limit: number,
    cursor?: string,
  ): Promise<{ records: EvaluationRecord[]; next?: string }> {
    await evaluationDataset(projectId, datasetId)
    const [ms, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, datasetId, 2)
    const rows = await store.read
      .selectFrom('evaluation_records')
      .selectAll()
      .where('dataset_id', '=', datasetId)
      .$if(cursor !== undefined, (query) =>
        query.where(sql<boolean>`(created_ms, id) > (${ms}::bigint, ${id}::text)`),
      )
      .orderBy('created_ms')
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return {
      records: rows.slice(0, limit).map((row) => ({
        id: row.id,
        datasetId: row.dataset_id,
        inputs: row.inputs,
        outputs: row.outputs,
        expectations: row.expectations,
        source: row.source,
        tags: row.tags as Texts,
        createdBy: row.created_by,
        updatedBy: row.updated_by,
        created: row.created_ms,
        updated: row.updated_ms,
      })),
      ...(last === undefined ? {} : { next: encodeCursor([String(last.created_ms), last.id], datasetId) }),
    }
  }

  return { evaluationDataset, searchDatasets, evaluationRecords: records }
}

function conditionOf(clause: Clause): Condition {
  if (clause.entity === 'tag') return compareTag(sql`d.tags`, clause)
  const column = columns[clause.key]?.column
  if (column === undefined) {
    throw new SlipwayError('invalid_argument', `Invalid attribute key '${clause.key}' specified.`)
  }
  return compare(column, clause)
}

function sortingOf(order: readonly string[]): SortKey[] {
  const keys = parseOrder(order, grammar).map(({ key, ascending }): SortKey => {
    const { column, type } = columns[key] ?? { column: sql`d.id`, type: 'text' as const }
    return { expression: column, type, ascending }
  })
  if (keys.length === 0) keys.push({ expression: sql`d.created_ms`, type: 'bigint', ascending: false })
  return [...keys, { expression: sql`d.id`, type: 'text', ascending: false }]
}
