import { sql } from 'kysely'
import type { LinksRecord, RunRecord } from '../../../contract/records.ts'
import type { Tx } from '../../../store/store.ts'
import { type KeyValue, nameTag, runNotFound } from '../run.ts'
import { addDatasets, addModels, setTags } from '../run-writer.ts'
import { type Moved, ownOr } from './location.ts'
import { taken } from './taken.ts'

/**
 * Makes the run, or brings it to the state of the record, under its own id; its points come apart. A run is deleted
 * only when it is `done`, for what is deleted can't be written to. Fails with `already_exists` when another project
 * has the id.
 */
export async function takeRun(tx: Tx, projectId: string, record: RunRecord, moved: Moved): Promise<void> {
  const own = `${moved.home}/${moved.to}/${record.id}/artifacts`
  const name = record.tags[nameTag] || record.name
  const { rows } = await sql`insert into runs
      (id, project_id, experiment_id, name, user_name, status, start_ms, end_ms, deleted_ms, artifact_uri)
    values (${record.id}::uuid, ${projectId}, ${moved.to}::bigint, ${name}, ${record.user}, ${record.status},
      ${record.start ?? 0}, ${record.end}, ${record.deleted ? tx.now.getTime() : null},
      ${ownOr(record.artifact_uri, own, moved)})
    on conflict (id) do update set experiment_id = excluded.experiment_id, name = excluded.name,
      user_name = excluded.user_name, status = excluded.status, start_ms = excluded.start_ms,
      end_ms = excluded.end_ms, artifact_uri = excluded.artifact_uri,
      deleted_ms = case when excluded.deleted_ms is null then null else coalesce(runs.deleted_ms, excluded.deleted_ms) end
    where runs.project_id = ${projectId} returning 1 as one`.execute(tx.db)
  if (rows.length === 0) throw taken('run', record.id)
  await setParams(tx, record)
  await setTags(tx, record.id, [
    ...pairs(record.tags),
    ...(name === '' ? [] : [{ key: nameTag, value: name }]),
  ])
  await addDatasets(
    tx,
    { id: record.id, experimentId: moved.to },
    record.datasets.map(({ source_type, tags, ...dataset }) => ({
      ...dataset,
      sourceType: source_type,
      tags: pairs(tags),
    })),
  )
}

async function setParams(tx: Tx, record: RunRecord): Promise<void> {
  const params = pairs(record.params)
  if (params.length === 0) return
  await tx.db
    .insertInto('run_params')
    .values(params.map((param) => ({ run_id: record.id, ...param })))
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'key']).doUpdateSet({ value: (e) => e.ref('excluded.value') }),
    )
    .execute()
}

/** Joins a run to the logged models that it read and made; models that are not there are left out. */
export async function takeLinks(tx: Tx, projectId: string, record: LinksRecord): Promise<void> {
  const ids = record.models.map((link) => link.model_id)
  if (ids.length === 0) return
  const there = await tx.db
    .selectFrom('logged_models')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', 'in', ids)
    .execute()
  const run = await tx.db
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', record.run_id)
    .executeTakeFirst()
  if (run === undefined) throw runNotFound(record.run_id)
  const known = new Set(there.map((row) => row.id))
  const links = record.models.filter((link) => known.has(link.model_id))
  await addModels(
    tx,
    record.run_id,
    links.map((link) => ({ modelId: link.model_id, direction: link.direction, step: link.step })),
  )
}

function pairs(texts: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }))
}
