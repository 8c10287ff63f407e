import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { CheckReport, Profile, SchemaColumn, VersionSource } from '../../contract/data.ts'
import type { Tx } from '../../store/store.ts'
import type { Check } from './checks/check.ts'
import type { Part } from './ingest/convert.ts'

export interface NewVersion {
  readonly projectId: string
  readonly dataset: string
  readonly digest: string
  readonly mode: 'append' | 'replace'
  readonly schema: readonly SchemaColumn[]
  readonly parts: readonly Part[]
  readonly profile: Profile
  readonly source: VersionSource
}

/** Makes the dataset if there is none, and locks it: versions of one dataset are made one after the other. */
export async function lockDataset(
  tx: Tx,
  projectId: string,
  name: string,
): Promise<{ id: string; lastVersion: number; isNew: boolean }> {
  const created = await tx.db
    .insertInto('datasets')
    .values({ id: uuidv7(), project_id: projectId, name })
    .onConflict((conflict) => conflict.columns(['project_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst()
  const row = await tx.db
    .selectFrom('datasets')
    .select(['id', 'last_version'])
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { id: row.id, lastVersion: row.last_version, isNew: created !== undefined }
}

export async function createDataset(
  tx: Tx,
  dataset: { projectId: string; name: string; description: string },
): Promise<void> {
  const { id, isNew } = await lockDataset(tx, dataset.projectId, dataset.name)
  if (!isNew) throw new SlipwayError('already_exists', `There is a dataset "${dataset.name}" already.`)
  await tx.db.updateTable('datasets').set({ description: dataset.description }).where('id', '=', id).execute()
  await tx.audit({
    action: 'dataset.create',
    projectId: dataset.projectId,
    subjectType: 'dataset',
    subjectId: id,
    details: { name: dataset.name },
  })
  tx.hint(dataset.projectId, `datasets:${dataset.name}`)
}

/** The dataset must be locked by this transaction. */
export async function insertVersion(
  tx: Tx,
  datasetId: string,
  number: number,
  version: NewVersion,
): Promise<string> {
  const id = uuidv7()
  const rows = sum(version.parts.map((part) => part.rows))
  await tx.db
    .insertInto('dataset_versions')
    .values({
      id,
      dataset_id: datasetId,
      project_id: version.projectId,
      version: number,
      digest: version.digest,
      mode: version.mode,
      schema: JSON.stringify(version.schema),
      rows,
      bytes: sum(version.parts.map((part) => part.bytes)),
      profile: JSON.stringify(version.profile),
      source: JSON.stringify(version.source),
      source_key: version.source.key ?? null,
    })
    .execute()
  await tx.db
    .insertInto('dataset_parts')
    .values(
      version.parts.map((part, ordinal) => ({
        ...part,
        version_id: id,
        project_id: version.projectId,
        ordinal,
      })),
    )
    .execute()
  await tx.db.updateTable('datasets').set({ last_version: number }).where('id', '=', datasetId).execute()
  await recordVersion(tx, id, number, rows, version)
  return id
}

async function recordVersion(
  tx: Tx,
  id: string,
  number: number,
  rows: number,
  version: NewVersion,
): Promise<void> {
  await tx.audit({
    action: 'dataset_version.create',
    projectId: version.projectId,
    subjectType: 'dataset_version',
    subjectId: id,
    details: { dataset: version.dataset, version: number, rows, digest: version.digest, mode: version.mode },
  })
  await tx.emit({
    type: 'dataset_version.created',
    projectId: version.projectId,
    subject: id,
    data: { dataset: version.dataset, version: number, rows },
  })
  tx.hint(version.projectId, `datasets:${version.dataset}`)
}

export async function insertReport(
  tx: Tx,
  report: { projectId: string; versionId: string; checks: readonly Check[]; report: CheckReport },
): Promise<string> {
  const id = uuidv7()
  await tx.db
    .insertInto('check_reports')
    .values({
      id,
      version_id: report.versionId,
      project_id: report.projectId,
      checks: JSON.stringify(report.checks),
      passed: report.report.passed,
      results: JSON.stringify(report.report.results),
      created_by: tx.principal.name,
    })
    .execute()
  await tx.audit({
    action: 'dataset_version.check',
    projectId: report.projectId,
    subjectType: 'dataset_version',
    subjectId: report.versionId,
    details: { report: id, passed: report.report.passed },
  })
  return id
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
