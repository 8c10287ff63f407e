import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Store, Tx } from '../../../store/store.ts'

/** One version of what scores traces, as its client serialized it. */
export interface Scorer {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly version: number
  readonly serialized: string
  readonly created: number
}

/** Whether and on which share of new traces a scorer is to run. */
export interface ScorerSchedule {
  readonly id: string
  readonly scorerId: string
  readonly experimentId: string
  readonly sampleRate: number
  readonly filter: string | null
}

export function createScorerReader(store: Store) {
  /** All versions of the scorers of these experiments, or of all, by experiment, name and version. */
  async function scorers(
    projectId: string,
    wanted: { experimentIds?: readonly string[] | undefined; name?: string; latest?: true },
  ): Promise<Scorer[]> {
    const { rows } =
      await sql<Scorer>`select s.id, s.experiment_id::text as "experimentId", s.name, v.version,
        v.serialized, v.created_ms as created
      from scorers s join scorer_versions v on v.scorer_id = s.id
      where s.project_id = ${projectId}
        and ${wanted.experimentIds === undefined ? sql`true` : sql`s.experiment_id::text = any(${wanted.experimentIds}::text[])`}
        and ${wanted.name === undefined ? sql`true` : sql`s.name = ${wanted.name}`}
        and ${wanted.latest === true ? sql`v.version = (select max(o.version) from scorer_versions o where o.scorer_id = s.id)` : sql`true`}
      order by s.experiment_id, s.name collate "C", v.version`.execute(store.read)
    return rows
  }

  async function scorerSchedules(projectId: string, scorerIds: readonly string[]): Promise<ScorerSchedule[]> {
    const { rows } =
      await sql<ScorerSchedule>`select c.id, c.scorer_id as "scorerId", c.experiment_id::text as "experimentId",
        c.sample_rate as "sampleRate", c.filter
      from scorer_schedules c join scorers s on s.id = c.scorer_id
      where s.project_id = ${projectId} and s.id::text = any(${scorerIds}::text[]) order by c.id`.execute(
        store.read,
      )
    return rows
  }

  return { scorers, scorerSchedules }
}

export function scorerNotFound(name: string, experimentId: string, version?: number): SlipwayError {
  const which = version === undefined ? '' : ` and version ${version}`
  return new SlipwayError(
    'not_found',
    `Scorer with name '${name}'${which} not found for experiment ${experimentId}.`,
  )
}

/** Adds a version; the first one makes the scorer. Returns it. */
export async function registerScorer(
  tx: Tx,
  scorer: { projectId: string; experimentId: string; name: string; serialized: string },
): Promise<Scorer> {
  const { projectId, experimentId, name, serialized } = scorer
  if (name.trim() === '' || name.length > 256) {
    throw new SlipwayError('invalid_argument', 'Scorer name cannot be empty or longer than 256 characters.')
  }
  const { rows } = await sql<{ id: string }>`insert into scorers (id, project_id, experiment_id, name)
    values (${randomUUID()}, ${projectId}, ${experimentId}, ${name})
    on conflict (experiment_id, name) do update set name = excluded.name returning id`.execute(tx.db)
  const id = rows[0]?.id ?? ''
  const created = tx.now.getTime()
  const versions = await sql<{
    version: number
  }>`insert into scorer_versions (scorer_id, version, serialized, created_ms)
    select ${id}, coalesce(max(version), 0) + 1, ${serialized}, ${created} from scorer_versions where scorer_id = ${id}
    returning version`.execute(tx.db)
  const version = versions.rows[0]?.version ?? 1
  await audit(tx, projectId, id, 'scorer.register', { name, version })
  return { id, experimentId, name, version, serialized, created }
}

/** One version, or with none given the scorer with all its versions. Fails with `not_found`. */
export async function deleteScorer(
  tx: Tx,
  scorer: { projectId: string; experimentId: string; name: string; version?: number | undefined },
): Promise<void> {
  const { projectId, experimentId, name, version } = scorer
  const found = await tx.db
    .selectFrom('scorers')
    .select('id')
    .where('project_id', '=', projectId)
    .where('experiment_id', '=', Number(experimentId))
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  if (found === undefined) throw scorerNotFound(name, experimentId)
  if (version === undefined) await tx.db.deleteFrom('scorers').where('id', '=', found.id).execute()
  else {
    const deleted = await tx.db
      .deleteFrom('scorer_versions')
      .where('scorer_id', '=', found.id)
      .where('version', '=', version)
      .executeTakeFirst()
    if (deleted.numDeletedRows === 0n) throw scorerNotFound(name, experimentId, version)
  }
  await audit(tx, projectId, found.id, 'scorer.delete', { name, version: version ?? 'all' })
}

export async function scheduleScorer(
  tx: Tx,
  projectId: string,
  scorer: Scorer,
  schedule: { sampleRate: number; filter: string | null },
): Promise<ScorerSchedule> {
  if (!(schedule.sampleRate >= 0 && schedule.sampleRate <= 1)) {
    throw new SlipwayError('invalid_argument', 'sample_rate must be between 0.0 and 1.0')
  }
  const values = { sample_rate: schedule.sampleRate, filter: schedule.filter }
  const row = await tx.db
    .insertInto('scorer_schedules')
    .values({ id: randomUUID(), scorer_id: scorer.id, experiment_id: Number(scorer.experimentId), ...values })
    .onConflict((conflict) => conflict.column('scorer_id').doUpdateSet(values))
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(tx, projectId, scorer.id, 'scorer.schedule', { name: scorer.name, ...schedule })
  return { id: row.id, scorerId: scorer.id, experimentId: scorer.experimentId, ...schedule }
}

async function audit(
  tx: Tx,
  projectId: string,
  id: string,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'scorer', subjectId: id, details })
}
