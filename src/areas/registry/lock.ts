import type { Tx } from '../../store/store.ts'
import { type KeyValue, tagsOf, tagsToJson } from '../tracking/index.ts'
import { isPrompt, modelNotFound, versionNotFound } from './model.ts'

interface Locked {
  readonly id: string
  readonly name: string
  readonly tags: readonly KeyValue[]
  readonly lastVersion: number
}

export async function lockModel(tx: Tx, projectId: string, name: string): Promise<Locked> {
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

export async function lockVersion(tx: Tx, projectId: string, name: string, version: number) {
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

export function changedTags(
  tags: readonly KeyValue[],
  change: { setTag?: KeyValue; removeTag?: string },
): string {
  const set = change.setTag === undefined ? tags : [...tags, change.setTag]
  return tagsToJson(set.filter((tag) => tag.key !== change.removeTag))
}

/** The event of a changed tag. */
export function tagEvent(
  on: 'registered_model' | 'model_version',
  change: { setTag?: KeyValue; removeTag?: string },
) {
  if (change.setTag !== undefined) return { type: `${on}.tag_set`, data: { ...change.setTag } }
  if (change.removeTag !== undefined) return { type: `${on}.tag_deleted`, data: { key: change.removeTag } }
  return undefined
}

async function recordEvaluation(tx: Tx, evaluation: NewEvaluation): Promise<string> {
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
