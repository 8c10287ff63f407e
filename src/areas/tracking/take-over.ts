import { sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { ExperimentRecord, LinksRecord, LoggedModelRecord, RunRecord } from '../../contract/records.ts'
import type { Tx } from '../../store/store.ts'
import { climbs, parseLocation } from '../artifacts/index.ts'
import { checkExperimentName, defaultName } from './experiment.ts'
import { type KeyValue, nameTag, runNotFound } from './run.ts'
import { addDatasets, addModels, setTags } from './run-writer.ts'

/** Locations that are of one machine, or of the server that the record comes from. */
const machines = ['', 'file', 'http', 'https', 'ftp', 'sftp']

/** The numbers of an experiment there and here. */
export interface Moved {
  readonly from: string
  readonly to: string
}

/** An experiment that was made to hold one from elsewhere. */
export interface TakenExperiment {
  readonly id: string
  readonly name: string
}

/**
 * Makes the experiment, of the same number and name where these are free; the default experiments of both places are
 * one. With `known`, brings that one to the state of the record.
 */
export async function takeExperiment(
  tx: Tx,
  projectId: string,
  record: ExperimentRecord,
  known: string | undefined,
): Promise<TakenExperiment> {
  checkExperimentName(record.name)
  const holder = known ?? (record.name === defaultName ? await byName(tx, projectId, defaultName) : undefined)
  const id = holder ?? (await freeNumber(tx, record.id))
  const name = await freeName(tx, projectId, record, id)
  const location = ownOr(record.artifact_location, `mlflow-artifacts:/${id}`, { from: record.id, to: id })
  await sql`insert into experiments
      (id, project_id, name, artifact_location, deleted, tags, created_ms, updated_ms)
    values (${id}::bigint, ${projectId}, ${name}, ${location}, ${record.deleted}, ${JSON.stringify(record.tags)}::jsonb,
      ${record.created}, ${record.updated})
    on conflict (id) do update set name = excluded.name, deleted = excluded.deleted,
      tags = experiments.tags || excluded.tags, created_ms = least(experiments.created_ms, excluded.created_ms),
      updated_ms = excluded.updated_ms
    where experiments.project_id = ${projectId}`.execute(tx.db)
  return { id, name }
}

async function byName(tx: Tx, projectId: string, name: string): Promise<string | undefined> {
  const row = await tx.db
    .selectFrom('experiments')
    .select('id')
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? undefined : String(row.id)
}

/** The number itself, or the next one when an experiment has it. 0 stays with the project that is called default. */
async function freeNumber(tx: Tx, wanted: string): Promise<string> {
  const sequence = sql`pg_get_serial_sequence('experiments', 'id')`
  const taken =
    wanted === '0' ||
    (await tx.db
      .selectFrom('experiments')
      .select('id')
      .where('id', '=', Number(wanted))
      .executeTakeFirst()) !== undefined
  if (taken) {
    const { rows } = await sql<{ id: number }>`select nextval(${sequence}) as id`.execute(tx.db)
    return String(rows[0]?.id)
  }
  await sql`select setval(${sequence}, greatest((select last_value from experiments_id_seq), ${wanted}::bigint))`.execute(
    tx.db,
  )
  return wanted
}

async function freeName(tx: Tx, projectId: string, record: ExperimentRecord, id: string): Promise<string> {
  const holder = await byName(tx, projectId, record.name)
  return holder === undefined || holder === id ? record.name : `${record.name} (imported ${record.id})`
}

/**
 * A location as it is kept here: the platform's own where it was the other server's or a path on some machine, else
 * the text as it was.
 */
function ownOr(uri: string, own: string, moved: Moved): string {
  const { scheme, path } = parseLocation(uri)
  const rest = path.replace(/^\/+/, '')
  if (scheme !== 'mlflow-artifacts') return machines.includes(scheme) ? own : uri
  if (rest === '' || climbs(rest)) return own
  const [first = ''] = rest.split('/', 1)
  if (moved.from === moved.to || first !== moved.from) return `mlflow-artifacts:/${rest}`
  return `mlflow-artifacts:/${moved.to}${rest.slice(first.length)}`
}

/**
 * Makes the run, or brings it to the state of the record, under its own id; its points come apart. A run is deleted
 * only when it is `done`, for what is deleted can't be written to. Fails with `already_exists` when another project
 * has the id.
 */
export async function takeRun(tx: Tx, projectId: string, record: RunRecord, moved: Moved): Promise<void> {
  const own = `mlflow-artifacts:/${moved.to}/${record.id}/artifacts`
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

/** Makes the logged model, or brings it to the state of the record, under its own id. Its run must be there. */
export async function takeLoggedModel(
  tx: Tx,
  projectId: string,
  record: LoggedModelRecord,
  moved: Moved,
): Promise<void> {
  const own = `mlflow-artifacts:/${moved.to}/models/${record.id}/artifacts`
  const { rows } = await sql`insert into logged_models
      (id, project_id, experiment_id, name, model_type, source_run_id, status, artifact_uri, params, tags, deleted,
        created_ms, updated_ms)
    values (${record.id}, ${projectId}, ${moved.to}::bigint, ${record.name}, ${record.model_type},
      (select id from runs where id = ${record.source_run_id}::uuid and project_id = ${projectId}),
      ${record.status}, ${ownOr(record.artifact_uri, own, moved)}, ${JSON.stringify(record.params)}::jsonb,
      ${JSON.stringify(record.tags)}::jsonb, ${record.deleted}, ${record.created}, ${record.updated})
    on conflict (id) do update set name = excluded.name, status = excluded.status, params = excluded.params,
      tags = excluded.tags, deleted = excluded.deleted, updated_ms = excluded.updated_ms
    where logged_models.project_id = ${projectId} returning 1 as one`.execute(tx.db)
  if (rows.length === 0) throw taken('logged model', record.id)
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

function taken(what: string, id: string): SlipwayError {
  return new SlipwayError('already_exists', `The ${what} ${id} is in another project`)
}
