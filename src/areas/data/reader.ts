import type { Selectable } from 'kysely'
import type {
  Dataset,
  DatasetVersion,
  DatasetVersionSummary,
  Profile,
  SchemaColumn,
  StoredCheckReport,
  VersionSource,
} from '../../contract/data.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { DatasetVersions } from '../../store/tables.ts'

type Database = Store['read'] | Tx['db']
type SummaryRow = Pick<
  Selectable<DatasetVersions>,
  'id' | 'version' | 'digest' | 'rows' | 'bytes' | 'mode' | 'source' | 'created_at'
> & { name: string }
export type VersionKey =
  | { readonly id: string }
  | { readonly projectId: string; readonly dataset: string; readonly version: number | 'latest' }

const summaryColumns = [
  'v.id',
  'd.name',
  'v.version',
  'v.digest',
  'v.rows',
  'v.bytes',
  'v.mode',
  'v.source',
  'v.created_at',
] as const

function versions(db: Database) {
  return db.selectFrom('dataset_versions as v').innerJoin('datasets as d', 'd.id', 'v.dataset_id')
}

export async function readVersion(db: Database, key: VersionKey): Promise<DatasetVersion | undefined> {
  let query = versions(db).select([...summaryColumns, 'v.schema', 'v.profile'])
  if ('id' in key) query = query.where('v.id', '=', key.id)
  else {
    query = query.where('d.project_id', '=', key.projectId).where('d.name', '=', key.dataset)
    if (key.version === 'latest') query = query.whereRef('v.version', '=', 'd.last_version')
    else query = query.where('v.version', '=', key.version)
  }
  const row = await query.executeTakeFirst()
  if (row === undefined) return undefined
  return {
    ...summary(row),
    schema: row.schema as unknown as SchemaColumn[],
    profile: row.profile as unknown as Profile,
    parts: await readParts(db, row.id),
  }
}

export async function readParts(
  db: Database,
  versionId: string,
): Promise<{ digest: string; rows: number; bytes: number }[]> {
  return await db
    .selectFrom('dataset_parts')
    .select(['digest', 'rows', 'bytes'])
    .where('version_id', '=', versionId)
    .orderBy('ordinal')
    .execute()
}

/** The version that an earlier ingest with the same key made. */
export async function readVersionIdByKey(
  db: Database,
  projectId: string,
  dataset: string,
  key: string,
): Promise<string | undefined> {
  const row = await versions(db)
    .select('v.id')
    .where('d.project_id', '=', projectId)
    .where('d.name', '=', dataset)
    .where('v.source_key', '=', key)
    .executeTakeFirst()
  return row?.id
}

export async function listVersions(
  db: Database,
  options: { projectId: string; dataset: string; before?: number; limit: number },
): Promise<DatasetVersionSummary[]> {
  let query = versions(db)
    .select(summaryColumns)
    .where('d.project_id', '=', options.projectId)
    .where('d.name', '=', options.dataset)
    .orderBy('v.version', 'desc')
    .limit(options.limit)
  if (options.before !== undefined) query = query.where('v.version', '<', options.before)
  return (await query.execute()).map(summary)
}

export async function listDatasets(
  db: Database,
  options: { projectId: string; after?: string; limit: number },
): Promise<Dataset[]> {
  let query = datasets(db)
    .where('d.project_id', '=', options.projectId)
    .orderBy('d.name')
    .limit(options.limit)
  if (options.after !== undefined) query = query.where('d.name', '>', options.after)
  return (await query.execute()).map(dataset)
}

export async function readDataset(
  db: Database,
  projectId: string,
  name: string,
): Promise<Dataset | undefined> {
  const row = await datasets(db)
    .where('d.project_id', '=', projectId)
    .where('d.name', '=', name)
    .executeTakeFirst()
  return row && dataset(row)
}

function datasets(db: Database) {
  return db
    .selectFrom('datasets as d')
    .leftJoin('dataset_versions as v', (join) =>
      join.onRef('v.dataset_id', '=', 'd.id').onRef('v.version', '=', 'd.last_version'),
    )
    .select(summaryColumns)
    .select(['d.id as dataset_id', 'd.description', 'd.last_version', 'd.created_at as dataset_created_at'])
}

function dataset(row: Awaited<ReturnType<ReturnType<typeof datasets>['execute']>>[number]): Dataset {
  return {
    id: row.dataset_id,
    name: row.name,
    description: row.description,
    created_at: row.dataset_created_at.toISOString(),
    versions: row.last_version,
    latest: row.id === null ? null : summary(row as SummaryRow),
  }
}

function summary(row: SummaryRow): DatasetVersionSummary {
  return {
    id: row.id,
    dataset: row.name,
    version: row.version,
    digest: row.digest,
    rows: row.rows,
    bytes: row.bytes,
    mode: row.mode as DatasetVersionSummary['mode'],
    source: row.source as unknown as VersionSource,
    created_at: row.created_at.toISOString(),
  }
}

export async function listReports(db: Database, versionId: string): Promise<StoredCheckReport[]> {
  const rows = await db
    .selectFrom('check_reports')
    .selectAll()
    .where('version_id', '=', versionId)
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    passed: row.passed,
    results: row.results as unknown as StoredCheckReport['results'],
    created_at: row.created_at.toISOString(),
    by: row.created_by,
  }))
}
