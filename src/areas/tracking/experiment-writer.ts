import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import { refuseHeld } from '../holds/index.ts'
import {
  checkExperimentName,
  checkExperimentTag,
  defaultName,
  type Experiment,
  experimentNotActive,
  experimentNotFound,
} from './experiment.ts'
import { experimentOf } from './experiment-reader.ts'
import type { KeyValue } from './run.ts'
import { tagsToJson } from './run-row.ts'

export interface NewExperiment {
  readonly projectId: string
  readonly name: string
  /** What the location begins with when none is given; the experiment's number follows. */
  readonly home: string
  /** Opaque text unless it is a place that the platform can open. */
  readonly artifactLocation?: string | undefined
  readonly tags?: readonly KeyValue[] | undefined
}

/** Fails with `already_exists` when the project has one of that name, deleted or not. Returns the id. */
export async function insertExperiment(tx: Tx, experiment: NewExperiment): Promise<string> {
  checkExperimentName(experiment.name)
  for (const tag of experiment.tags ?? []) checkExperimentTag(tag)
  const found = await insert(
    tx,
    experiment,
    sql<number>`nextval(pg_get_serial_sequence('experiments', 'id'))`,
  )
  if (found === undefined) {
    throw new SlipwayError('already_exists', `Experiment(name=${experiment.name}) already exists.`)
  }
  await tx.audit({
    action: 'experiment.create',
    projectId: experiment.projectId,
    subjectType: 'experiment',
    subjectId: found.id,
    details: { name: experiment.name },
  })
  return found.id
}

/** The default experiment of a project: number 0 in project default, of the next number in the others. */
export async function ensureDefault(tx: Tx, projectId: string, home = 'mlflow-artifacts:'): Promise<void> {
  const number = sql<number>`case when (select name from projects where id = ${projectId}) = 'default' then 0
    else nextval(pg_get_serial_sequence('experiments', 'id')) end`
  await insert(tx, { projectId, name: defaultName, home }, number)
}

async function insert(tx: Tx, experiment: NewExperiment, number: ReturnType<typeof sql<number>>) {
  const location = experiment.artifactLocation
  const { rows } = await sql<{ id: number }>`insert into experiments
    (id, project_id, name, artifact_location, tags, created_ms, updated_ms)
    select n.id, ${experiment.projectId}, ${experiment.name},
      coalesce(${location === '' ? null : (location ?? null)}::text, ${`${experiment.home}/`}::text || n.id),
      ${tagsToJson(experiment.tags ?? [])}::jsonb, ${tx.now.getTime()}, ${tx.now.getTime()}
    from (select ${number} as id) n
    on conflict (project_id, name) do nothing returning id`.execute(tx.db)
  const row = rows[0]
  return row === undefined ? undefined : { id: String(row.id) }
}

/** Finds an experiment by name or makes it. One that is deleted can't be used. */
export async function ensureExperiment(
  tx: Tx,
  { projectId, name, home }: Pick<NewExperiment, 'projectId' | 'name' | 'home'>,
): Promise<string> {
  const found = await tx.db
    .selectFrom('experiments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (found?.deleted === true) throw experimentNotActive(String(found.id))
  return found === undefined ? await insertExperiment(tx, { projectId, name, home }) : String(found.id)
}

export async function renameExperiment(tx: Tx, projectId: string, id: string, name: string): Promise<void> {
  checkExperimentName(name)
  const experiment = await lockExperiment(tx, projectId, id)
  if (experiment.deleted) throw new SlipwayError('wrong_state', 'Cannot rename a non-active experiment.')
  const taken = await tx.db
    .selectFrom('experiments')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('id', '<>', Number(id))
    .executeTakeFirst()
  if (taken !== undefined)
    throw new SlipwayError('already_exists', `Experiment(name=${name}) already exists.`)
  await change(tx, experiment, { name }, 'experiment.rename', { name, from: experiment.name })
}

/** Deletes or restores an experiment with its runs. Fails with `held`. */
export async function setExperimentDeleted(
  tx: Tx,
  projectId: string,
  id: string,
  deleted: boolean,
): Promise<void> {
  const experiment = await lockExperiment(tx, projectId, id)
  if (experiment.deleted === deleted) throw experimentNotFound(id)
  if (deleted) await refuseHeld(tx, 'experiment', [id])
  await tx.db
    .updateTable('runs')
    .set({ deleted_ms: deleted ? tx.now.getTime() : null })
    .where('experiment_id', '=', Number(id))
    .where('deleted_ms', deleted ? 'is' : 'is not', null)
    .execute()
  await change(tx, experiment, { deleted }, deleted ? 'experiment.delete' : 'experiment.restore', {})
}

export async function setExperimentTag(tx: Tx, projectId: string, id: string, tag: KeyValue): Promise<void> {
  checkExperimentTag(tag)
  const experiment = await lockExperiment(tx, projectId, id)
  if (experiment.deleted) throw experimentNotActive(id)
  const tags = tagsToJson([...experiment.tags, tag])
  await change(tx, experiment, { tags }, 'experiment.tag', { key: tag.key })
}

export async function removeExperimentTag(tx: Tx, projectId: string, id: string, key: string): Promise<void> {
  const experiment = await lockExperiment(tx, projectId, id)
  if (experiment.deleted) throw experimentNotActive(id)
  if (!experiment.tags.some((tag) => tag.key === key)) {
    throw new SlipwayError('not_found', `No tag with name: ${key} in experiment with id ${id}`)
  }
  const tags = tagsToJson(experiment.tags.filter((tag) => tag.key !== key))
  await change(tx, experiment, { tags }, 'experiment.untag', { key })
}

async function lockExperiment(tx: Tx, projectId: string, id: string): Promise<Experiment> {
  const row = await tx.db
    .selectFrom('experiments')
    .selectAll()
    .where('id', '=', Number(id))
    .where('project_id', '=', projectId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw experimentNotFound(id)
  return experimentOf(row)
}

async function change(
  tx: Tx,
  experiment: Experiment,
  set: { name?: string; deleted?: boolean; tags?: string },
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  // A tag leaves the time of the last change alone, as it does in MLflow.
  const updated = set.tags === undefined ? { updated_ms: tx.now.getTime() } : {}
  await tx.db
    .updateTable('experiments')
    .set({ ...set, ...updated })
    .where('id', '=', Number(experiment.id))
    .execute()
  await tx.audit({
    action,
    projectId: experiment.projectId,
    subjectType: 'experiment',
    subjectId: experiment.id,
    details,
  })
  tx.hint(experiment.projectId, `experiments:${experiment.id}`)
}
