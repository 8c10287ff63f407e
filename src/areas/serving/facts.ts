import type { Kysely } from 'kysely'
import type { DB } from '../../store/tables.ts'
import { inferenceName } from './deployment.ts'
import { databaseTime, rolloutQuery, rolloutUnderWay } from './reader.ts'
import { nextMove } from './rollouts/rollout.ts'
import { readUnderWay } from './rollouts/situation.ts'
import type { DeploymentFacts, RolloutFacts } from './serving.ts'
import { countersSince, minuteOf } from './traffic/reader.ts'
import { sum, trafficOf } from './traffic/traffic.ts'

export async function deploymentFacts(db: Kysely<DB>, id: string): Promise<DeploymentFacts | undefined> {
  const row = await db
    .selectFrom('deployments')
    .innerJoin('projects', 'projects.id', 'deployments.project_id')
    .selectAll('deployments')
    .select('projects.name as project')
    .where('deployments.id', '=', id)
    .where('deployments.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const weights = await db
    .selectFrom('revisions')
    .select(['number as revision', 'weight', 'model_version_id as modelVersionId'])
    .where('deployment_id', '=', id)
    .where('weight', '>', 0)
    .orderBy('number')
    .execute()
  return {
    id,
    projectId: row.project_id,
    name: row.name,
    inferenceName: inferenceName(row.project, row.name),
    lineId: row.line_id,
    risk: row.risk,
    weights,
    rolloutId: (await rolloutUnderWay(db, id))?.id ?? null,
    lastMinute: trafficOf(sum((await countersSince(db, id, minuteOf(await databaseTime(db), 1))).values())),
  }
}

export async function rolloutFacts(db: Kysely<DB>, id: string): Promise<RolloutFacts | undefined> {
  const row = await rolloutQuery(db).where('rollouts.id', '=', id).executeTakeFirst()
  if (!row) return undefined
  const underWay = row.finished_at === null ? await readUnderWay(db, id, await databaseTime(db)) : undefined
  const move = underWay && nextMove(underWay.situation)
  return {
    id,
    deploymentId: row.deployment_id,
    revision: row.revision,
    modelVersionId: row.model_version_id,
    state:
      row.finished_at === null && row.desired === 'pause' ? 'paused' : (row.state as RolloutFacts['state']),
    reason: row.outcome_reason,
    waitingFor: move?.do === 'wait' ? move.reason : null,
  }
}
