import type { Kysely } from 'kysely'
import type { DB } from '../../../store/tables.ts'
import { rolloutQuery } from '../reader.ts'
import { countersSince, minuteOf } from '../traffic/reader.ts'
import { type Counters, noCounters, since, sum, trafficOf } from '../traffic/traffic.ts'
import { parseCondition } from './condition.ts'
import type { CurrentStep, Situation, Step, Witness } from './rollout.ts'

/** A model server that was not heard of for so long does not count. */
export const liveForMs = 10_000

/** A rollout that goes on, with all that its next move depends on. */
export interface UnderWay {
  readonly id: string
  readonly deploymentId: string
  readonly kind: string
  readonly modelVersionId: string
  readonly weightsBefore: readonly { revision: number; weight: number }[]
  readonly situation: Situation
}

/** Undefined when the rollout has ended. */
export async function readUnderWay(
  db: Kysely<DB>,
  rolloutId: string,
  now: Date,
): Promise<UnderWay | undefined> {
  const row = await rolloutQuery(db)
    .where('rollouts.id', '=', rolloutId)
    .where('rollouts.finished_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    id: row.id,
    deploymentId: row.deployment_id,
    kind: row.kind,
    modelVersionId: row.model_version_id,
    weightsBefore: row.weights_before as unknown as UnderWay['weightsBefore'],
    situation: {
      now,
      revision: row.revision,
      plan: row.plan as unknown as Step[],
      conditions: row.abort_if.map(parseCondition),
      desired: row.desired === 'pause' ? 'pause' : 'run',
      startedAt: row.started_at,
      servers: await witnesses(db, row.deployment_id, row.revision, now),
      step: await currentStep(db, row.id, row.deployment_id, row.revision),
    },
  }
}

/** The counters of all revisions from which a step is measured; `from` bounds what is summed, now and later. */
export interface CountersBefore {
  readonly from: string
  readonly revisions: Readonly<Record<string, Counters>>
}

export async function readCountersBefore(
  db: Kysely<DB>,
  deploymentId: string,
  now: Date,
): Promise<CountersBefore> {
  // Servers may still add to minutes past, and their clocks may lag behind.
  const from = minuteOf(now, 60)
  const counters = await countersSince(db, deploymentId, from)
  return { from: from.toISOString(), revisions: Object.fromEntries(counters) }
}

async function witnesses(
  db: Kysely<DB>,
  deploymentId: string,
  revision: number,
  now: Date,
): Promise<Witness[]> {
  const rows = await db
    .selectFrom('model_servers as server')
    .leftJoin('server_revisions as held', (join) =>
      join
        .onRef('held.server_id', '=', 'server.id')
        .on('held.deployment_id', '=', deploymentId)
        .on('held.number', '=', revision),
    )
    .select(['server.snapshot_version', 'held.state', 'held.error'])
    .where('server.seen_at', '>', new Date(now.getTime() - liveForMs))
    .execute()
  return rows.map((row) => ({
    snapshotVersion: row.snapshot_version,
    state: (row.state ?? 'unseen') as Witness['state'],
    error: row.error,
  }))
}

async function currentStep(
  db: Kysely<DB>,
  rolloutId: string,
  deploymentId: string,
  revision: number,
): Promise<CurrentStep | undefined> {
  const row = await db
    .selectFrom('rollout_steps')
    .selectAll()
    .where('rollout_id', '=', rolloutId)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return undefined
  const step = {
    position: row.position,
    snapshotVersion: row.snapshot_version,
    effectiveAt: row.effective_at ?? undefined,
  }
  if (!row.counters_before) return { ...step, traffic: undefined }
  const before = row.counters_before as unknown as CountersBefore
  const counters = await countersSince(db, deploymentId, new Date(before.from))
  const added = (number: number) =>
    since(before.revisions[String(number)] ?? noCounters, counters.get(number) ?? noCounters)
  const others = [...counters.keys()].filter((number) => number !== revision)
  return {
    ...step,
    traffic: { revision: trafficOf(added(revision)), baseline: trafficOf(sum(others.map(added))) },
  }
}
