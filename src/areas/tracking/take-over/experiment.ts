import { sql } from 'kysely'
import type { ExperimentRecord } from '../../../contract/records.ts'
import type { Tx } from '../../../store/store.ts'
import { checkExperimentName, defaultName } from '../experiment.ts'
import { ensureDefault } from '../experiment-writer.ts'
import { ownOr } from './location.ts'

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
  place: { projectId: string; home: string },
  record: ExperimentRecord,
  known: string | undefined,
): Promise<TakenExperiment> {
  const { projectId, home } = place
  checkExperimentName(record.name)
  if (record.name === defaultName) await ensureDefault(tx, projectId, home)
  const holder = known ?? (record.name === defaultName ? await byName(tx, projectId, defaultName) : undefined)
  const id = holder ?? (await freeNumber(tx, record.id))
  const name = await freeName(tx, projectId, record, id)
  const location = ownOr(record.artifact_location, `${home}/${id}`, { home, from: record.id, to: id })
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
