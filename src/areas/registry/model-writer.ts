import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'
import { refuseHeld, refuseInUse } from '../holds/index.ts'
import { type KeyValue, tagsToJson } from '../tracking/index.ts'
import { changedTags, lockModel, record, tagEvent } from './lock.ts'
import { checkDescription, checkModelName, checkRegistryTag, isPrompt } from './model.ts'

export interface NewModel {
  readonly projectId: string
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: readonly KeyValue[] | undefined
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

/** With all of its versions. Fails with `held`, or `in_use` when a deployment or line needs one of them. */
export async function deleteModel(tx: Tx, projectId: string, name: string): Promise<void> {
  const model = await lockModel(tx, projectId, name)
  const versions = await tx.db
    .selectFrom('model_versions')
    .select(['id', 'version'])
    .where('model_id', '=', model.id)
    .execute()
  await refuseHeld(
    tx,
    'model_version',
    versions.map((version) => version.id),
  )
  await refuseInUse(
    tx,
    versions.map(({ id, version }) => ({ id, name: `${name} ${version}` })),
  )
  await tx.db.deleteFrom('registered_models').where('id', '=', model.id).execute()
  await record(tx, projectId, 'model.delete', name, {})
}
