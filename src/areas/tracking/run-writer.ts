import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { runId, uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'
import { refuseHeld } from '../holds/index.ts'
import { type Experiment, experimentNotActive } from './experiment.ts'
import { compactKind, worthwhilePoints } from './points/file/compact.ts'
import {
  ended,
  type KeyValue,
  nameOf,
  nameTag,
  type RunDataset,
  type RunModel,
  type RunStatus,
  runNotActive,
  runNotFound,
} from './run.ts'
import { tagsToJson } from './run-row.ts'

export interface NewRun {
  readonly projectId: string
  readonly experimentId: string
  readonly name?: string | undefined
  readonly user?: string | undefined
  /** What made it, when that was the platform: `pipeline_job:<id>`. */
  readonly source?: string | undefined
  readonly tags?: readonly KeyValue[] | undefined
  /** Milliseconds since 1970. Default: now. */
  readonly start?: number | undefined
}

export interface RunChange {
  readonly status?: RunStatus | undefined
  readonly end?: number | undefined
  readonly name?: string | undefined
}

/** Returns the id. The experiment must be of the run's project. */
export async function insertRun(tx: Tx, run: NewRun, experiment: Experiment): Promise<string> {
  if (experiment.deleted) throw experimentNotActive(experiment.id)
  const id = runId()
  const name = nameOf(run.name, run.tags ?? [])
  await tx.db
    .insertInto('runs')
    .values({
      id,
      project_id: run.projectId,
      experiment_id: Number(experiment.id),
      name,
      user_name: run.user ?? tx.principal.name,
      source: run.source ?? null,
      status: 'running',
      start_ms: run.start ?? tx.now.getTime(),
      artifact_uri: `${experiment.artifactLocation.replace(/\/+$/, '')}/${id}/artifacts`,
    })
    .execute()
  await setTags(tx, id, [...(run.tags ?? []), { key: nameTag, value: name }])
  await tx.audit({
    action: 'run.create',
    projectId: run.projectId,
    subjectType: 'run',
    subjectId: id,
    details: { experiment: experiment.id, name },
  })
  tx.hint(run.projectId, `runs:${id}`)
  tx.hint(run.projectId, `experiments:${experiment.id}`)
  return id
}

/** A client may still send what it had in its buffers when it ended. */
const restMs = 60_000

/** Changes status, end and name. The end of a run is recorded with how much it had logged. */
export async function updateRun(tx: Tx, projectId: string, id: string, change: RunChange): Promise<void> {
  const run = await lock(tx, projectId, id)
  if (run.deleted_ms !== null) throw runNotActive(id)
  const status = change.status ?? (run.status as RunStatus)
  const ends = ended.includes(status)
  const name = change.name === undefined || change.name === '' ? run.name : change.name
  await tx.db
    .updateTable('runs')
    .set({ status, name, end_ms: change.end ?? run.end_ms })
    .where('id', '=', id)
    .execute()
  if (name !== run.name) await setTags(tx, id, [{ key: nameTag, value: name }])
  const finished = ends && run.status !== status
  const details = {
    status,
    ...(finished ? await counts(tx, id) : {}),
    ...(name === run.name ? {} : { name }),
  }
  await tx.audit({
    action: finished ? 'run.finish' : 'run.update',
    projectId,
    subjectType: 'run',
    subjectId: id,
    details,
  })
  if (finished) {
    if (Number(details.points ?? 0) >= worthwhilePoints) {
      const runAt = new Date(tx.now.getTime() + restMs)
      await tx.enqueue({
        kind: compactKind,
        key: `${id} ended`,
        projectId,
        runAt,
        concurrencyKey: `${compactKind} ${id}`,
      })
    }
    await tx.emit({ type: 'run.finished', projectId, subject: id, data: { status } })
  }
  tx.hint(projectId, `runs:${id}`)
}

/** Fails with `held`. The run can be restored until its project's retention rules remove it for good. */
export async function deleteRun(tx: Tx, projectId: string, id: string): Promise<void> {
  await lock(tx, projectId, id)
  await refuseHeld(tx, 'run', [id])
  await tx.db.updateTable('runs').set({ deleted_ms: tx.now.getTime() }).where('id', '=', id).execute()
  await tx.audit({ action: 'run.delete', projectId, subjectType: 'run', subjectId: id })
  tx.hint(projectId, `runs:${id}`)
}

export async function restoreRun(tx: Tx, projectId: string, id: string): Promise<void> {
  await lock(tx, projectId, id)
  await tx.db.updateTable('runs').set({ deleted_ms: null }).where('id', '=', id).execute()
  await tx.audit({ action: 'run.restore', projectId, subjectType: 'run', subjectId: id })
  tx.hint(projectId, `runs:${id}`)
}

/** The last of several values of a key holds. */
export async function setTags(tx: Tx, id: string, tags: readonly KeyValue[]): Promise<void> {
  if (tags.length === 0) return
  const last = new Map(tags.map((tag) => [tag.key, tag.value]))
  await tx.db
    .insertInto('run_tags')
    .values([...last].sort(byKey).map(([key, value]) => ({ run_id: id, key, value })))
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'key']).doUpdateSet({ value: (e) => e.ref('excluded.value') }),
    )
    .execute()
  const name = last.get(nameTag)
  if (name !== undefined && name !== '') {
    await tx.db.updateTable('runs').set({ name }).where('id', '=', id).where('name', '<>', name).execute()
  }
}

export async function removeTag(tx: Tx, id: string, key: string): Promise<void> {
  const removed = await tx.db
    .deleteFrom('run_tags')
    .where('run_id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst()
  if (removed.numDeletedRows === 0n) {
    throw new SlipwayError('not_found', `No tag with name: ${key} in run with id ${id}`)
  }
}

/** A parameter is logged once: the same value again is fine, another fails and nothing of the call is kept. */
export async function addParams(
  tx: Tx,
  id: string,
  params: readonly KeyValue[],
): Promise<readonly { key: string; old: string; new: string }[]> {
  if (params.length === 0) return []
  await tx.db
    .insertInto('run_params')
    .values([...params].sort((a, b) => (a.key < b.key ? -1 : 1)).map((param) => ({ run_id: id, ...param })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const stored = await tx.db
    .selectFrom('run_params')
    .select(['key', 'value'])
    .where('run_id', '=', id)
    .where(
      'key',
      'in',
      params.map((param) => param.key),
    )
    .execute()
  const values = new Map(stored.map((row) => [row.key, row.value]))
  return params.flatMap((param) => {
    const old = values.get(param.key) ?? param.value
    return old === param.value ? [] : [{ key: param.key, old, new: param.value }]
  })
}

export async function addDatasets(
  tx: Tx,
  run: { id: string; experimentId: string },
  datasets: readonly RunDataset[],
): Promise<void> {
  for (const dataset of datasets) {
    const { id } = await tx.db
      .insertInto('run_datasets')
      .values({
        id: uuidv7(),
        experiment_id: Number(run.experimentId),
        name: dataset.name,
        digest: dataset.digest,
        source_type: dataset.sourceType,
        source: dataset.source,
        schema: dataset.schema,
        profile: dataset.profile,
      })
      .onConflict((conflict) =>
        conflict.columns(['experiment_id', 'name', 'digest']).doUpdateSet({ name: dataset.name }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.db
      .insertInto('run_inputs')
      .values({ run_id: run.id, dataset_id: id, tags: tagsToJson(dataset.tags) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

export async function addModels(tx: Tx, id: string, models: readonly RunModel[]): Promise<void> {
  if (models.length === 0) return
  await tx.db
    .insertInto('run_models')
    .values(
      models.map((model) => ({
        run_id: id,
        model_id: model.modelId,
        direction: model.direction,
        step: model.step,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function lock(tx: Tx, projectId: string, id: string) {
  const run = await tx.db
    .selectFrom('runs')
    .select(['status', 'name', 'end_ms', 'deleted_ms'])
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (run === undefined) throw runNotFound(id)
  return run
}

async function counts(tx: Tx, id: string): Promise<{ params: number; metrics: number; points: number }> {
  const { rows } = await sql<{ params: number; metrics: number; points: number }>`select
    (select count(*) from run_params where run_id = ${id}) as params,
    (select count(*) from metric_summaries where run_id = ${id}) as metrics,
    (select coalesce(sum(count), 0)::bigint from metric_summaries where run_id = ${id}) as points`.execute(
    tx.db,
  )
  return rows[0] ?? { params: 0, metrics: 0, points: 0 }
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1
}
