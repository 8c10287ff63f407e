import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import { type Experiment, experimentNotActive } from './experiment.ts'
import {
  checkLoggedModelName,
  type LoggedModelStatus,
  loggedModelNotFound,
  newLoggedModelId,
} from './logged-model.ts'
import { type KeyValue, randomName } from './run.ts'
import { tagsOf, tagsToJson } from './run-row.ts'

export interface NewLoggedModel {
  readonly projectId: string
  readonly name?: string | undefined
  readonly modelType?: string | undefined
  readonly sourceRunId?: string | undefined
  /** What its maker calls the run that it comes from, when no such run is here. */
  readonly namedRun?: string | undefined
  readonly params?: readonly KeyValue[] | undefined
  readonly tags?: readonly KeyValue[] | undefined
}

/** Returns the id. Waits for its files: status pending until it is finalized. */
export async function insertLoggedModel(
  tx: Tx,
  model: NewLoggedModel,
  experiment: Experiment,
): Promise<string> {
  if (experiment.deleted) throw experimentNotActive(experiment.id)
  checkLoggedModelName(model.name ?? '')
  const id = newLoggedModelId()
  const now = tx.now.getTime()
  const name = model.name === undefined || model.name === '' ? randomName() : model.name
  await tx.db
    .insertInto('logged_models')
    .values({
      id,
      project_id: model.projectId,
      experiment_id: Number(experiment.id),
      name,
      model_type: model.modelType ?? '',
      source_run_id: model.sourceRunId ?? null,
      named_run: model.namedRun ?? null,
      status: 'pending',
      artifact_uri: `${experiment.artifactLocation.replace(/\/+$/, '')}/models/${id}/artifacts`,
      params: tagsToJson(model.params ?? []),
      tags: tagsToJson(model.tags ?? []),
      created_ms: now,
      updated_ms: now,
    })
    .execute()
  await tx.audit({
    action: 'logged_model.create',
    projectId: model.projectId,
    subjectType: 'logged_model',
    subjectId: id,
    details: { name, run: model.sourceRunId ?? null },
  })
  return id
}

export interface LoggedModelChange {
  readonly status?: LoggedModelStatus
  readonly deleted?: boolean
  readonly addParams?: readonly KeyValue[]
  readonly setTags?: readonly KeyValue[]
  readonly removeTag?: string
}

export async function changeLoggedModel(
  tx: Tx,
  projectId: string,
  id: string,
  change: LoggedModelChange,
): Promise<void> {
  const row = await tx.db
    .selectFrom('logged_models')
    .select(['tags', 'params', 'status', 'deleted'])
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw loggedModelNotFound(id)
  const tags = tagsOf(row.tags)
  if (change.removeTag !== undefined && !tags.some((tag) => tag.key === change.removeTag)) {
    throw new SlipwayError(
      'not_found',
      `No tag with key '${change.removeTag}' found for model with ID '${id}'.`,
    )
  }
  await tx.db
    .updateTable('logged_models')
    .set({
      status: change.status ?? row.status,
      deleted: change.deleted ?? row.deleted,
      tags: tagsToJson([...tags, ...(change.setTags ?? [])].filter((tag) => tag.key !== change.removeTag)),
      params: tagsToJson([...tagsOf(row.params), ...(change.addParams ?? [])]),
      ...(change.status === undefined && change.deleted === undefined
        ? {}
        : { updated_ms: tx.now.getTime() }),
    })
    .where('id', '=', id)
    .execute()
  await tx.audit({
    action: change.deleted === true ? 'logged_model.delete' : 'logged_model.update',
    projectId,
    subjectType: 'logged_model',
    subjectId: id,
    details: change.status === undefined ? {} : { status: change.status },
  })
}
