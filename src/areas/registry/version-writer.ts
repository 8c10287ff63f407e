import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'
import { refuseHeld, refuseInUse } from '../holds/index.ts'
import { type KeyValue, tagsToJson } from '../tracking/index.ts'
import { recordMove } from './history.ts'
import { changedTags, lockModel, lockVersion, record, tagEvent } from './lock.ts'
import { checkDescription, checkRegistryTag, isPrompt, type ModelFile, type Signature } from './model.ts'

export interface NewVersion {
  readonly projectId: string
  readonly model: string
  readonly files: readonly ModelFile[]
  readonly source: string
  readonly runId?: string | undefined
  /** The run as its maker named it: perhaps one of another server. */
  readonly namedRun?: string | undefined
  readonly runLink?: string | undefined
  readonly loggedModelId?: string | undefined
  readonly datasetVersionId?: string | undefined
  readonly signature?: Signature | undefined
  readonly tags?: readonly KeyValue[] | undefined
  readonly description?: string | undefined
}

/** Gives the next number of the model. Its files are taken in already; they never change. */
export async function insertVersion(
  tx: Tx,
  version: NewVersion,
): Promise<{ id: string; model: string; version: number }> {
  for (const tag of version.tags ?? []) checkRegistryTag(tag)
  checkDescription(version.description ?? '')
  const model = await lockModel(tx, version.projectId, version.model)
  const id = uuidv7()
  const number = model.lastVersion + 1
  const now = tx.now.getTime()
  await tx.db
    .updateTable('registered_models')
    .set({ last_version: number, updated_ms: now })
    .where('id', '=', model.id)
    .execute()
  await tx.db
    .insertInto('model_versions')
    .values({
      id,
      project_id: version.projectId,
      model_id: model.id,
      version: number,
      description: version.description ?? '',
      tags: tagsToJson(version.tags ?? []),
      source: version.source,
      run_id: version.runId ?? null,
      named_run: version.runId === undefined ? (version.namedRun ?? null) : null,
      run_link: version.runLink ?? null,
      logged_model_id: version.loggedModelId ?? null,
      dataset_version_id: version.datasetVersionId ?? null,
      signature: version.signature === undefined ? null : JSON.stringify(version.signature),
      created_ms: now,
      updated_ms: now,
      created_by: tx.principal.name,
    })
    .execute()
  await insertFiles(tx, id, version.files)
  await record(tx, version.projectId, 'model_version.create', `${model.name}/${number}`, {
    id,
    run: version.runId ?? null,
    files: version.files.length,
  })
  await tx.emit({
    type: 'model_version.created',
    projectId: version.projectId,
    subject: id,
    data: {
      model: model.name,
      version: number,
      prompt: isPrompt(version.tags ?? []),
      run_id: version.namedRun ?? version.runId ?? null,
      source: version.source,
      tags: Object.fromEntries((version.tags ?? []).map(({ key, value }) => [key, value])),
      description: version.description || null,
    },
  })
  return { id, model: model.name, version: number }
}

async function insertFiles(tx: Tx, id: string, files: readonly ModelFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += 1000) {
    await tx.db
      .insertInto('model_version_files')
      .values(
        files
          .slice(at, at + 1000)
          .map(({ path, digest, size }) => ({ model_version_id: id, path, digest, size })),
      )
      .execute()
  }
}

export interface VersionChange {
  readonly description?: string
  readonly setTag?: KeyValue
  readonly removeTag?: string
}

export async function changeVersion(
  tx: Tx,
  projectId: string,
  name: string,
  version: number,
  change: VersionChange,
): Promise<void> {
  const found = await lockVersion(tx, projectId, name, version)
  if (change.description !== undefined) checkDescription(change.description)
  if (change.setTag !== undefined) checkRegistryTag(change.setTag)
  await tx.db
    .updateTable('model_versions')
    .set({
      tags: changedTags(found.tags, change),
      ...(change.description === undefined
        ? {}
        : { description: change.description, updated_ms: tx.now.getTime() }),
    })
    .where('id', '=', found.id)
    .execute()
  await record(tx, projectId, 'model_version.update', `${name}/${version}`, { ...change })
  const tag = tagEvent('model_version', change)
  if (tag === undefined) return
  const data = { model: name, version, prompt: found.ofPrompt, ...tag.data }
  await tx.emit({ type: tag.type, projectId, subject: found.id, data })
}

/** Fails with `held`, or `in_use` when a deployment or line needs it. */
export async function deleteVersion(tx: Tx, projectId: string, name: string, version: number): Promise<void> {
  const found = await lockVersion(tx, projectId, name, version)
  await refuseHeld(tx, 'model_version', [found.id])
  await refuseInUse(tx, [{ id: found.id, name: `${name} ${version}` }])
  const aliases = await tx.db
    .selectFrom('model_aliases')
    .select('alias')
    .where('model_version_id', '=', found.id)
    .execute()
  await tx.db.deleteFrom('model_versions').where('id', '=', found.id).execute()
  for (const { alias } of aliases) {
    const model = { id: found.modelId, projectId }
    await recordMove(tx, model, { kind: 'alias', name: alias, before: String(version), after: null })
  }
  await tx.db
    .updateTable('registered_models')
    .set({ updated_ms: tx.now.getTime() })
    .where('id', '=', found.modelId)
    .execute()
  await record(tx, projectId, 'model_version.delete', `${name}/${version}`, { id: found.id })
}
