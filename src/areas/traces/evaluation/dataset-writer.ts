import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { cleanText, type Json, type Texts } from '../span.ts'
import {
  datasetId,
  datasetNotFound,
  digestOf,
  hashOf,
  type NewRecord,
  recordId,
  schemaWith,
  userTag,
} from './dataset.ts'

export interface NewDataset {
  readonly projectId: string
  readonly name: string
  readonly experimentIds: readonly string[]
  readonly tags: Texts
}

/** Returns the id. Several may have one name. */
export async function createDataset(tx: Tx, dataset: NewDataset): Promise<string> {
  if (dataset.name.trim() === '' || dataset.name.length > 500) {
    throw new SlipwayError('invalid_argument', 'The name of a dataset must have 1 to 500 characters.')
  }
  const id = datasetId()
  const now = tx.now.getTime()
  const user = dataset.tags[userTag] ?? null
  await tx.db
    .insertInto('evaluation_datasets')
    .values({
      id,
      project_id: dataset.projectId,
      name: cleanText(dataset.name),
      digest: digestOf(dataset.name, now),
      tags: { ...dataset.tags },
      created_by: user,
      updated_by: user,
      created_ms: now,
      updated_ms: now,
    })
    .execute()
  await link(tx, id, dataset.experimentIds)
  await audit(tx, dataset.projectId, id, 'evaluation_dataset.create', { name: dataset.name })
  return id
}

export async function deleteDataset(tx: Tx, projectId: string, id: string): Promise<boolean> {
  const deleted = await tx.db
    .deleteFrom('evaluation_datasets')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  await audit(tx, projectId, id, 'evaluation_dataset.delete', {})
  return deleted.numDeletedRows > 0n
}

/** Sets tags, and with null removes them. */
export async function changeDatasetTags(
  tx: Tx,
  projectId: string,
  id: string,
  tags: Readonly<Record<string, string | null>>,
): Promise<void> {
  const dataset = await lock(tx, projectId, id)
  const changed = Object.fromEntries(
    Object.entries({ ...(dataset.tags as Texts), ...tags }).filter(([, value]) => value !== null),
  )
  await tx.db.updateTable('evaluation_datasets').set({ tags: changed }).where('id', '=', id).execute()
  await audit(tx, projectId, id, 'evaluation_dataset.tag', { keys: Object.keys(tags) })
}

/** Adds and removes experiments. Those that are unknown must have been refused before. */
export async function changeExperiments(
  tx: Tx,
  projectId: string,
  id: string,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<void> {
  await lock(tx, projectId, id)
  await link(tx, id, change.add ?? [])
  if (change.remove !== undefined && change.remove.length > 0) {
    await tx.db
      .deleteFrom('evaluation_dataset_experiments')
      .where('dataset_id', '=', id)
      .where('experiment_id', 'in', change.remove.map(Number))
      .execute()
  }
  await tx.db
    .updateTable('evaluation_datasets')
    .set({ updated_ms: tx.now.getTime() })
    .where('id', '=', id)
    .execute()
  await audit(tx, projectId, id, 'evaluation_dataset.link', { ...change })
}

async function link(tx: Tx, id: string, experimentIds: readonly string[]): Promise<void> {
  if (experimentIds.length === 0) return
  await tx.db
    .insertInto('evaluation_dataset_experiments')
    .values([...new Set(experimentIds)].map((one) => ({ dataset_id: id, experiment_id: Number(one) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Adds records; one with the inputs of another changes that one: its expectations and tags are merged. */
export async function upsertRecords(
  tx: Tx,
  projectId: string,
  id: string,
  records: readonly NewRecord[],
): Promise<{ inserted: number; updated: number }> {
  const dataset = await lock(tx, projectId, id)
  const now = tx.now.getTime()
  const counts = { inserted: 0, updated: 0 }
  for (const record of records) {
    counts[await upsert(tx, id, record, now)] += 1
  }
  const user = records.findLast((record) => record.tags?.[userTag] !== undefined)?.tags?.[userTag] ?? null
  await tx.db
    .updateTable('evaluation_datasets')
    .set({
      updated_ms: now,
      updated_by: user,
      digest: digestOf(dataset.name, now),
      schema: schemaWith(dataset.schema, records),
    })
    .where('id', '=', id)
    .execute()
  await audit(tx, projectId, id, 'evaluation_dataset.records', counts)
  return counts
}

async function upsert(
  tx: Tx,
  datasetId: string,
  record: NewRecord,
  now: number,
): Promise<'inserted' | 'updated'> {
  const hash = hashOf(record.inputs)
  const old = await tx.db
    .selectFrom('evaluation_records')
    .select(['id', 'outputs', 'expectations', 'tags', 'updated_by'])
    .where('dataset_id', '=', datasetId)
    .where('input_hash', '=', hash)
    .executeTakeFirst()
  const user = record.tags?.[userTag] ?? null
  if (old === undefined) {
    await tx.db
      .insertInto('evaluation_records')
      .values({
        dataset_id: datasetId,
        id: recordId(),
        input_hash: hash,
        inputs: json(record.inputs),
        // Absent outputs are an empty object, as MLflow keeps them.
        outputs: record.outputs === null ? null : json(record.outputs ?? {}),
        expectations: record.expectations === undefined ? null : json(record.expectations),
        source: record.source === undefined ? null : json(record.source),
        tags: { ...record.tags },
        created_by: user,
        updated_by: user,
        created_ms: now,
        updated_ms: now,
      })
      .execute()
    return 'inserted'
  }
  const expected = old.expectations === null ? {} : JSON.parse(old.expectations)
  await tx.db
    .updateTable('evaluation_records')
    .set({
      outputs: !('outputs' in record) ? old.outputs : record.outputs === null ? null : json(record.outputs),
      expectations:
        record.expectations === undefined ? old.expectations : json({ ...expected, ...record.expectations }),
      tags: { ...(old.tags as Texts), ...record.tags },
      updated_by: user ?? old.updated_by,
      updated_ms: now,
    })
    .where('dataset_id', '=', datasetId)
    .where('id', '=', old.id)
    .execute()
  return 'updated'
}

/** Returns how many there were. */
export async function deleteRecords(
  tx: Tx,
  projectId: string,
  id: string,
  recordIds: readonly string[],
): Promise<number> {
  await lock(tx, projectId, id)
  const deleted =
    recordIds.length === 0
      ? undefined
      : await tx.db
          .deleteFrom('evaluation_records')
          .where('dataset_id', '=', id)
          .where('id', 'in', recordIds)
          .executeTakeFirst()
  const count = Number(deleted?.numDeletedRows ?? 0n)
  await audit(tx, projectId, id, 'evaluation_dataset.records', { deleted: count })
  return count
}

async function lock(tx: Tx, projectId: string, id: string) {
  const row = await tx.db
    .selectFrom('evaluation_datasets')
    .select(['name', 'schema', 'tags'])
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw datasetNotFound(id)
  return row
}

function json(value: unknown): Json {
  return (JSON.stringify(value) ?? 'null').replaceAll('\\u0000', '\\ufffd')
}

async function audit(
  tx: Tx,
  projectId: string,
  id: string,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'evaluation_dataset', subjectId: id, details })
  tx.hint(projectId, `evaluation_datasets:${id}`)
}
