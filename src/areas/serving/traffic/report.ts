import { sql } from 'kysely'
import type { Tx } from '../../../store/store.ts'
import { rolloutWork } from '../rollouts/start.ts'
import type { Counters } from './traffic.ts'

/** What a run of a model server's process says of itself. Counters are absolute: since the process began. */
export interface Report {
  readonly serverId: string
  /** A process that is gone. */
  readonly succeeds?: string
  readonly snapshotVersion: number
  readonly revisions: readonly {
    readonly deploymentId: string
    readonly number: number
    readonly state: 'loading' | 'ready' | 'failed'
    readonly error?: string
  }[]
  readonly traffic: readonly (Counters & {
    readonly deploymentId: string
    readonly number: number
    readonly minute: Date
  })[]
}

/** Takes a report in. Sent again or late, it changes nothing. */
export async function takeReport(tx: Tx, report: Report): Promise<void> {
  await seen(tx, report)
  const freed = await forget(tx, report.succeeds)
  const moved = await takeStates(tx, report)
  const counted = await takeTraffic(tx, report)
  await wakeRollouts(tx, [...new Set([...freed, ...moved, ...counted])])
}

async function seen(tx: Tx, report: Report): Promise<void> {
  await tx.db
    .insertInto('model_servers')
    .values({
      id: report.serverId,
      snapshot_version: report.snapshotVersion,
      first_seen_at: tx.now,
      seen_at: tx.now,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        snapshot_version: sql`greatest(model_servers.snapshot_version, excluded.snapshot_version)`,
        seen_at: sql`excluded.seen_at`,
      }),
    )
    .execute()
}

/** What a dead process held is held no more: rollouts need not wait until it has been silent for long enough. */
async function forget(tx: Tx, serverId: string | undefined): Promise<string[]> {
  if (serverId === undefined) return []
  const held = await tx.db
    .selectFrom('server_revisions')
    .select('deployment_id')
    .where('server_id', '=', serverId)
    .execute()
  await tx.db.deleteFrom('model_servers').where('id', '=', serverId).execute()
  return held.map((row) => row.deployment_id)
}

/** The report lists all that the server holds: what it no longer names, it has unloaded. Returns what changed. */
async function takeStates(tx: Tx, report: Report): Promise<string[]> {
  const { serverId, revisions } = report
  const held = JSON.stringify(
    revisions.map((one) => ({
      deployment_id: one.deploymentId,
      number: one.number,
      state: one.state,
      error: one.error ?? null,
    })),
  )
  const { rows } = await sql<{ deployment_id: string }>`
    with held as (
      select * from json_to_recordset(${held}::json) as held (deployment_id uuid, number int, state text, error text)
    ), gone as (
      delete from server_revisions old where server_id = ${serverId} and not exists (
        select from held where held.deployment_id = old.deployment_id and held.number = old.number
      ) returning deployment_id
    ), changed as (
      insert into server_revisions (server_id, deployment_id, number, state, error, changed_at)
      select ${serverId}, deployment_id, number, state, error, ${tx.now} from held
      on conflict (server_id, deployment_id, number) do update
        set state = excluded.state, error = excluded.error, changed_at = excluded.changed_at
        where (server_revisions.state, server_revisions.error) is distinct from (excluded.state, excluded.error)
      returning deployment_id
    )
    select deployment_id from gone union select deployment_id from changed`.execute(tx.db)
  return rows.map((row) => row.deployment_id)
}

/** A process only counts up, so that of two reports of a minute the one with more is the later. */
async function takeTraffic(tx: Tx, { serverId, traffic }: Report): Promise<string[]> {
  if (traffic.length === 0) return []
  const counted = JSON.stringify(
    traffic.map(({ deploymentId, ...rest }) => ({ ...rest, deployment_id: deploymentId })),
  )
  const { rows } = await sql<{ deployment_id: string }>`
    insert into traffic_minutes (deployment_id, number, minute, server_id, requests, errors, rows, latency)
    select deployment_id, number, date_trunc('minute', minute), ${serverId}, requests, errors, rows, latency
    from json_to_recordset(${counted}::json) as counted (
      deployment_id uuid, number int, minute timestamptz, requests bigint, errors bigint, rows bigint, latency int[]
    ) where exists (select from deployments where id = deployment_id)
    order by deployment_id, minute, number
    on conflict (deployment_id, minute, number, server_id) do update
      set requests = excluded.requests, errors = excluded.errors, rows = excluded.rows, latency = excluded.latency
      where excluded.requests > traffic_minutes.requests or excluded.errors > traffic_minutes.errors
    returning deployment_id`.execute(tx.db)
  return rows.map((row) => row.deployment_id)
}

async function wakeRollouts(tx: Tx, deploymentIds: readonly string[]): Promise<void> {
  if (deploymentIds.length === 0) return
  const rollouts = await tx.db
    .selectFrom('rollouts')
    .select(['id', 'project_id'])
    .where('deployment_id', 'in', deploymentIds)
    .where('finished_at', 'is', null)
    .execute()
  for (const { id, project_id } of rollouts) {
    await tx.enqueue({ kind: rolloutWork, key: id, projectId: project_id })
  }
  const deployments = await tx.db
    .selectFrom('deployments')
    .select(['id', 'project_id'])
    .where('id', 'in', deploymentIds)
    .execute()
  for (const { id, project_id } of deployments) tx.hint(project_id, `deployments:${id}`)
}
