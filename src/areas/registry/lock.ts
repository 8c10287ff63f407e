import { SlipwayError } from '../../base/error.ts'
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
  const model = await lockModel(tx, projectId, name).catch((thrown: unknown) => {
    throw isNotFound(thrown) ? versionNotFound(name, version) : thrown
  })
  const row = await tx.db
    .selectFrom('model_versions')
    .select(['id', 'tags', 'stage'])
    .where('model_id', '=', model.id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (row === undefined) throw versionNotFound(name, version)
  return {
    id: row.id,
    modelId: model.id,
    ofPrompt: isPrompt(model.tags),
    stage: row.stage,
    tags: tagsOf(row.tags),
  }
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof SlipwayError && thrown.code === 'not_found'
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

/** The audit entry and the hint of a change; the subject is `model`, `model/version` or `model@alias`. */
export async function record(
  tx: Tx,
  projectId: string,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'model', subjectId: subject, details })
  tx.hint(projectId, `models:${subject.split(/[/@]/)[0] ?? subject}`)
}
