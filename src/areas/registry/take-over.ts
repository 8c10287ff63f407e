import { sql } from 'kysely'
import { uuidv7 } from '../../base/id.ts'
import type { AliasesRecord, ModelRecord, VersionRecord } from '../../contract/records.ts'
import type { Tx } from '../../store/store.ts'
import { checkAlias, checkModelName, type ModelFile, modelNotFound, type Signature } from './model.ts'

/** Makes the model, or brings it to the state of the record. Numbers that were given there are not given again. */
export async function takeModel(tx: Tx, projectId: string, record: ModelRecord): Promise<void> {
  checkModelName(record.name)
  await sql`insert into registered_models
      (id, project_id, name, description, tags, last_version, created_ms, updated_ms, created_by)
    values (${uuidv7()}, ${projectId}, ${record.name}, ${record.description}, ${JSON.stringify(record.tags)}::jsonb,
      ${record.last_version}, ${record.created}, ${record.updated}, ${tx.principal.name})
    on conflict (project_id, name) do update set description = excluded.description, tags = excluded.tags,
      last_version = greatest(registered_models.last_version, excluded.last_version),
      created_ms = least(registered_models.created_ms, excluded.created_ms),
      updated_ms = excluded.updated_ms`.execute(tx.db)
}

/** A version with its bytes found, as far as the platform keeps them. */
export interface TakenVersion {
  readonly record: VersionRecord
  /** Where it comes from, with the ids of this place. */
  readonly source: string
  readonly files: readonly ModelFile[]
  readonly signature: Signature | undefined
}

/**
 * Makes the version under its own number, or brings it to the state of the record; the files of a version that is
 * there stay, except that one without files gets them.
 */
export async function takeVersion(tx: Tx, projectId: string, version: TakenVersion): Promise<void> {
  const { record } = version
  const modelId = await lock(tx, projectId, record.model)
  const { rows } = await sql<{ id: string }>`insert into model_versions
      (id, project_id, model_id, version, stage, description, tags, source, run_id, run_link, logged_model_id,
        signature, status_message, created_ms, updated_ms, created_by)
    values (${uuidv7()}, ${projectId}, ${modelId}, ${record.version}, ${record.stage}, ${record.description},
      ${JSON.stringify(record.tags)}::jsonb, ${version.source}, ${record.run_id}::uuid, ${record.run_link},
      ${record.logged_model_id}, ${version.signature === undefined ? null : JSON.stringify(version.signature)}::jsonb,
      ${record.status_message}, ${record.created}, ${record.updated}, ${record.user})
    on conflict (model_id, version) do update set stage = excluded.stage, description = excluded.description,
      tags = excluded.tags, status_message = excluded.status_message, created_ms = excluded.created_ms,
      updated_ms = excluded.updated_ms, signature = coalesce(model_versions.signature, excluded.signature)
    returning id`.execute(tx.db)
  await tx.db
    .updateTable('registered_models')
    .set({ last_version: sql`greatest(last_version, ${record.version})` })
    .where('id', '=', modelId)
    .execute()
  const [row] = rows
  if (row !== undefined && version.files.length > 0) await addFiles(tx, row.id, version.files)
}

async function addFiles(tx: Tx, id: string, files: readonly ModelFile[]): Promise<void> {
  const held = await tx.db
    .selectFrom('model_version_files')
    .select('path')
    .where('model_version_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (held !== undefined) return
  for (let at = 0; at < files.length; at += 1000) {
    const part = files.slice(at, at + 1000)
    await tx.db
      .insertInto('model_version_files')
      .values(part.map(({ path, digest, size }) => ({ model_version_id: id, path, digest, size })))
      .execute()
  }
}

/** Gives the model exactly these aliases; those whose version is not there are left out. */
export async function takeAliases(tx: Tx, projectId: string, record: AliasesRecord): Promise<void> {
  const modelId = await lock(tx, projectId, record.model)
  const names = Object.keys(record.aliases)
  for (const name of names) checkAlias(name)
  await sql`delete from model_aliases where model_id = ${modelId} and not alias = any(${names}::text[])`.execute(
    tx.db,
  )
  await sql`insert into model_aliases (model_id, alias, model_version_id)
    select ${modelId}, a.key, v.id from jsonb_each_text(${JSON.stringify(record.aliases)}::jsonb) a
      join model_versions v on v.model_id = ${modelId} and v.version = a.value::integer
    on conflict (model_id, alias) do update set model_version_id = excluded.model_version_id`.execute(tx.db)
}

async function lock(tx: Tx, projectId: string, name: string): Promise<string> {
  const row = await tx.db
    .selectFrom('registered_models')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw modelNotFound(name)
  return row.id
}
