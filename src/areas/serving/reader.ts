import { type Kysely, type Selectable, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { DB, Deployments, Revisions, RolloutSteps, Rollouts } from '../../store/tables.ts'

export type DeploymentRow = Selectable<Deployments>
export type RevisionRow = Selectable<Revisions>
export type RolloutRow = Selectable<Rollouts> & { readonly model_version_id: string }
export type StepRow = Selectable<RolloutSteps>

/** A model server, with the revisions that it holds of one deployment. */
export interface ServerRow {
  readonly id: string
  readonly snapshot_version: number
  readonly seen_at: Date
  readonly revisions: readonly { number: number; state: string; error: string | null }[]
}

export async function findDeployment(
  db: Kysely<DB>,
  projectId: string,
  name: string,
): Promise<DeploymentRow> {
  const row = await db
    .selectFrom('deployments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new SlipwayError('not_found', `There is no deployment "${name}" in this project.`)
  return row
}

export function listDeployments(db: Kysely<DB>, projectId: string): Promise<DeploymentRow[]> {
  return db
    .selectFrom('deployments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
}

/** Newest first. */
export function listRevisions(db: Kysely<DB>, deploymentId: string): Promise<RevisionRow[]> {
  return db
    .selectFrom('revisions')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .where((is) =>
      is.or([
        is('weight', '>', 0),
        is('number', 'in', (of) =>
          of
            .selectFrom('revisions')
            .select('number')
            .where('deployment_id', '=', deploymentId)
            .orderBy('number', 'desc')
            .limit(50),
        ),
      ]),
    )
    .orderBy('number', 'desc')
    .execute()
}

/** Servers of the last day, with what they hold of the deployment; the newest first. */
export async function listServers(db: Kysely<DB>, deploymentId: string): Promise<ServerRow[]> {
  const { rows } = await sql<ServerRow>`
    select id, snapshot_version, seen_at, coalesce((
      select json_agg(json_build_object('number', number, 'state', state, 'error', error) order by number)
      from server_revisions held where held.server_id = server.id and held.deployment_id = ${deploymentId}
    ), '[]') as revisions
    from model_servers server where seen_at > now() - interval '1 hour' order by seen_at desc limit 100`.execute(
    db,
  )
  return rows
}

export async function snapshotVersion(db: Kysely<DB>): Promise<number> {
  const row = await db.selectFrom('serving_snapshot').select('version').executeTakeFirstOrThrow()
  return row.version
}

export async function rolloutUnderWay(db: Kysely<DB>, deploymentId: string): Promise<RolloutRow | undefined> {
  return rolloutQuery(db)
    .where('rollouts.deployment_id', '=', deploymentId)
    .where('rollouts.finished_at', 'is', null)
    .executeTakeFirst()
}

export async function findRollout(db: Kysely<DB>, deploymentId: string, id: string): Promise<RolloutRow> {
  const row = await rolloutQuery(db)
    .where('rollouts.deployment_id', '=', deploymentId)
    .where('rollouts.id', '=', id)
    .executeTakeFirst()
  if (!row) throw new SlipwayError('not_found', 'There is no such rollout of this deployment.')
  return row
}

/** Newest first, those made before `before`. */
export function listRollouts(
  db: Kysely<DB>,
  deploymentId: string,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<RolloutRow[]> {
  let query = rolloutQuery(db)
    .where('rollouts.deployment_id', '=', deploymentId)
    .orderBy('rollouts.id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('rollouts.id', '<', before)
  return query.execute()
}

export function listSteps(db: Kysely<DB>, rolloutIds: readonly string[]): Promise<StepRow[]> {
  if (rolloutIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('rollout_steps')
    .selectAll()
    .where('rollout_id', 'in', rolloutIds)
    .orderBy('position')
    .execute()
}

export interface LogState {
  readonly rows: number
  readonly convertedTo: Date | null
  readonly waitingSegments: number
}

export async function logState(db: Kysely<DB>, deploymentId: string): Promise<LogState> {
  const { rows } = await sql<LogState>`
    select coalesce(sum(rows), 0)::float8 as "rows", max(last_time) as "convertedTo",
      (select count(*) from prediction_segments where state = 'waiting')::float8 as "waitingSegments"
    from prediction_parts where deployment_id = ${deploymentId} and merged_into is null`.execute(db)
  return rows[0] ?? { rows: 0, convertedTo: null, waitingSegments: 0 }
}

export async function labelsReceived(db: Kysely<DB>, deploymentId: string, from: Date) {
  const row = await db
    .selectFrom('labels')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('received_at').as('last')])
    .where('deployment_id', '=', deploymentId)
    .where('received_at', '>=', from)
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), last: row.last }
}

/** Rows that got their first label since then. Corrections don't count. */
export async function newlyLabelled(db: Kysely<DB>, deploymentId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with new as (
      select distinct prediction_id, request_id, "row" from labels
      where deployment_id = ${deploymentId} and received_at > ${since}
    )
    select count(*)::float8 as count from new where not exists (
      select from labels old where old.deployment_id = ${deploymentId} and old.received_at <= ${since}
        and old.prediction_id = new.prediction_id and old."row" = new."row"
    ) and not exists (
      select from labels old where old.deployment_id = ${deploymentId} and old.received_at <= ${since}
        and old.request_id = new.request_id and old."row" = new."row"
    )`.execute(db)
  return rows[0]?.count ?? 0
}

export async function databaseTime(db: Kysely<DB>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db)
  return rows[0]?.now ?? new Date()
}

/** Rollouts, each with the model version of its revision. */
export function rolloutQuery(db: Kysely<DB>) {
  return db
    .selectFrom('rollouts')
    .innerJoin('revisions', (join) =>
      join
        .onRef('revisions.deployment_id', '=', 'rollouts.deployment_id')
        .onRef('revisions.number', '=', 'rollouts.revision'),
    )
    .selectAll('rollouts')
    .select('revisions.model_version_id')
}
