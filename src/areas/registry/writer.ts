import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Evaluation, Stage } from '../../contract/models.ts'
import type { Tx } from '../../store/store.ts'
import { type KeyValue, tagsOf, tagsToJson } from '../tracking/index.ts'
import {
  activeStages,
  checkAlias,
  checkDescription,
  checkModelName,
  checkRegistryTag,
  isPrompt,
  type ModelFile,
  modelNotFound,
  type Signature,
  versionNotFound,
} from './model.ts'

export interface NewModel {
  readonly projectId: string
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: readonly KeyValue[] | undefined
}

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

interface Locked {
  readonly id: string
  readonly name: string
  readonly tags: readonly KeyValue[]
  readonly lastVersion: number
}

/** Fails with `already_exists`. Returns the id. */
export async function insertModel(tx: Tx, model: NewModel): Promise<string> {
  checkModelName(model.name)
  checkDescription(model.description ?? '')
  for (const tag of model.tags ?? []) checkRegistryTag(tag)
  const id = uuidv7()
  const now = tx.now.getTime()
  const made = await tx.db
    .insertInto('registered_models')
    .values({
      id,
      project_id: model.projectId,
      name: model.name,
      description: model.description ?? '',
      tags: tagsToJson(model.tags ?? []),
      created_ms: now,
      updated_ms: now,
      created_by: tx.principal.name,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made === undefined) throw await alreadyThere(tx, model)
  await record(tx, model.projectId, 'model.create', model.name, {})
  await tx.emit({
    type: 'registered_model.created',
    projectId: model.projectId,
    subject: id,
    data: {
      model: model.name,
      prompt: isPrompt(model.tags ?? []),
      tags: Object.fromEntries((model.tags ?? []).map(({ key, value }) => [key, value])),
      description: model.description ?? '',
    },
  })
  return id
}

async function alreadyThere(tx: Tx, model: NewModel): Promise<SlipwayError> {
  const existing = await lockModel(tx, model.projectId, model.name)
  const was = isPrompt(existing.tags)
  const wanted = isPrompt(model.tags ?? [])
  if (was === wanted) {
    return new SlipwayError(
      'already_exists',
      `${was ? 'Prompt' : 'Registered Model'} (name=${model.name}) already exists.`,
    )
  }
  const [one, other] = was ? ['registered model', 'prompt'] : ['prompt', 'registered model']
  return new SlipwayError(
    'already_exists',
    `Tried to create a ${one} with name '${model.name}', but the name is already taken by a ${other}. ` +
      'MLflow does not allow creating a model and a prompt with the same name.',
  )
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

export interface ModelChange {
  readonly name?: string
  readonly description?: string
  readonly setTag?: KeyValue
  readonly removeTag?: string
}

export async function changeModel(
  tx: Tx,
  projectId: string,
  name: string,
  change: ModelChange,
): Promise<void> {
  const model = await lockModel(tx, projectId, name)
  if (change.name !== undefined) await refuseTaken(tx, projectId, change.name)
  if (change.description !== undefined) checkDescription(change.description)
  if (change.setTag !== undefined) checkRegistryTag(change.setTag)
  const renamed = change.name !== undefined || change.description !== undefined
  await tx.db
    .updateTable('registered_models')
    .set({
      name: change.name ?? model.name,
      ...(change.description === undefined ? {} : { description: change.description }),
      tags: changedTags(model.tags, change),
      ...(renamed ? { updated_ms: tx.now.getTime() } : {}),
    })
    .where('id', '=', model.id)
    .execute()
  await record(tx, projectId, 'model.update', name, { ...change })
  const tag = tagEvent('registered_model', change)
  if (tag === undefined) return
  const data = { model: name, prompt: isPrompt(model.tags), ...tag.data }
  await tx.emit({ type: tag.type, projectId, subject: model.id, data })
}

async function refuseTaken(tx: Tx, projectId: string, name: string): Promise<void> {
  checkModelName(name)
  const taken = await tx.db
    .selectFrom('registered_models')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (taken === undefined) return
  throw new SlipwayError('already_exists', `Registered Model (name=${name}) already exists.`)
}

export async function deleteModel(tx: Tx, projectId: string, name: string): Promise<void> {
  const model = await lockModel(tx, projectId, name)
  await tx.db.deleteFrom('registered_models').where('id', '=', model.id).execute()
  await record(tx, projectId, 'model.delete', name, {})
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

/** Moves a version to a stage; with `archiveOthers`, what was there goes to Archived. */
export async function moveToStage(
  tx: Tx,
  projectId: string,
  name: string,
  version: number,
  move: { stage: Stage; archiveOthers: boolean },
): Promise<void> {
  if (move.archiveOthers && !activeStages.includes(move.stage)) {
    throw new SlipwayError(
      'invalid_argument',
      'Model version transition cannot archive existing model versions because ' +
        `'${move.stage}' is not an Active stage. Valid stages are ${JSON.stringify(activeStages).replaceAll('"', "'")}`,
    )
  }
  const found = await lockVersion(tx, projectId, name, version)
  const updated_ms = tx.now.getTime()
  if (move.archiveOthers) {
    await tx.db
      .updateTable('model_versions')
      .set({ stage: 'Archived', updated_ms })
      .where('model_id', '=', found.modelId)
      .where('stage', '=', move.stage)
      .where('id', '<>', found.id)
      .execute()
  }
  await tx.db
    .updateTable('model_versions')
    .set({ stage: move.stage, updated_ms })
    .where('id', '=', found.id)
    .execute()
  await tx.db.updateTable('registered_models').set({ updated_ms }).where('id', '=', found.modelId).execute()
  await record(tx, projectId, 'model_version.stage', `${name}/${version}`, { stage: move.stage })
}

export async function deleteVersion(tx: Tx, projectId: string, name: string, version: number): Promise<void> {
  const found = await lockVersion(tx, projectId, name, version)
  await tx.db.deleteFrom('model_versions').where('id', '=', found.id).execute()
  await tx.db
    .updateTable('registered_models')
    .set({ updated_ms: tx.now.getTime() })
    .where('id', '=', found.modelId)
    .execute()
  await record(tx, projectId, 'model_version.delete', `${name}/${version}`, { id: found.id })
}

export async function setAlias(
  tx: Tx,
  alias: { projectId: string; model: string; alias: string; version: number },
): Promise<void> {
  checkAlias(alias.alias)
  const found = await lockVersion(tx, alias.projectId, alias.model, alias.version)
  await tx.db
    .insertInto('model_aliases')
    .values({ model_id: found.modelId, alias: alias.alias, model_version_id: found.id })
    .onConflict((conflict) =>
      conflict.columns(['model_id', 'alias']).doUpdateSet({ model_version_id: found.id }),
    )
    .execute()
  await record(tx, alias.projectId, 'model_alias.set', `${alias.model}@${alias.alias}`, {
    version: alias.version,
  })
  await tx.emit({
    type: 'model_alias.set',
    projectId: alias.projectId,
    subject: found.id,
    data: { model: alias.model, alias: alias.alias, version: alias.version, prompt: found.ofPrompt },
  })
}

/** An alias that is not there is as good as removed. */
export async function removeAlias(tx: Tx, projectId: string, name: string, alias: string): Promise<void> {
  const model = await lockModel(tx, projectId, name)
  const removed = await tx.db
    .deleteFrom('model_aliases')
    .where('model_id', '=', model.id)
    .where('alias', '=', alias)
    .executeTakeFirst()
  await record(tx, projectId, 'model_alias.delete', `${name}@${alias}`, {})
  if (removed.numDeletedRows === 0n) return
  const data = { model: name, alias, prompt: isPrompt(model.tags) }
  await tx.emit({ type: 'model_alias.deleted', projectId, subject: model.id, data })
}

export interface NewEvaluation {
  readonly modelVersionId: string
  readonly datasetVersionId?: string | undefined
  /** For people: name and version of the dataset. */
  readonly dataset?: string | undefined
  readonly metrics: Readonly<Record<string, number>>
  readonly slices?: Evaluation['slices']
  readonly source: 'platform' | 'client'
}

/** Returns the id. */
export async function recordEvaluation(tx: Tx, evaluation: NewEvaluation): Promise<string> {
  const version = await tx.db
    .selectFrom('model_versions')
    .select('project_id')
    .where('id', '=', evaluation.modelVersionId)
    .executeTakeFirst()
  if (version === undefined) {
    throw new SlipwayError('not_found', `There is no model version ${evaluation.modelVersionId}`)
  }
  const id = uuidv7()
  await tx.db
    .insertInto('model_evaluations')
    .values({
      id,
      project_id: version.project_id,
      model_version_id: evaluation.modelVersionId,
      source: evaluation.source,
      dataset_version_id: evaluation.datasetVersionId ?? null,
      dataset: evaluation.dataset ?? null,
      metrics: JSON.stringify(evaluation.metrics),
      slices: JSON.stringify(evaluation.slices ?? []),
      created_by: tx.principal.name,
    })
    .execute()
  await tx.audit({
    action: 'model_version.evaluate',
    projectId: version.project_id,
    subjectType: 'model_version',
    subjectId: evaluation.modelVersionId,
    details: { evaluation: id, source: evaluation.source, metrics: evaluation.metrics },
  })
  tx.hint(version.project_id, `model_versions:${evaluation.modelVersionId}`)
  return id
}

async function lockModel(tx: Tx, projectId: string, name: string): Promise<Locked> {
  const row = await tx.db
    .selectFrom('registered_models')
    .select(['id', 'name', 'tags', 'last_version'])
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw modelNotFound(name)
  return { id: row.id, name: row.name, tags: tagsOf(row.tags), lastVersion: row.last_version }
}

async function lockVersion(tx: Tx, projectId: string, name: string, version: number) {
  const model = await lockModel(tx, projectId, name)
  const row = await tx.db
    .selectFrom('model_versions')
    .select(['id', 'tags'])
    .where('model_id', '=', model.id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (row === undefined) throw versionNotFound(name, version)
  return { id: row.id, modelId: model.id, ofPrompt: isPrompt(model.tags), tags: tagsOf(row.tags) }
}

/** The event of a changed tag. */
function tagEvent(
  on: 'registered_model' | 'model_version',
  change: { setTag?: KeyValue; removeTag?: string },
) {
  if (change.setTag !== undefined) return { type: `${on}.tag_set`, data: { ...change.setTag } }
  if (change.removeTag !== undefined) return { type: `${on}.tag_deleted`, data: { key: change.removeTag } }
  return undefined
}

function changedTags(tags: readonly KeyValue[], change: { setTag?: KeyValue; removeTag?: string }): string {
  const set = change.setTag === undefined ? tags : [...tags, change.setTag]
  return tagsToJson(set.filter((tag) => tag.key !== change.removeTag))
}

async function record(
  tx: Tx,
  projectId: string,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'model', subjectId: subject, details })
  tx.hint(projectId, `models:${subject.split(/[/@]/)[0] ?? subject}`)
}
