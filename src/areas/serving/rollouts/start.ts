import { SlipwayError } from '../../../base/error.ts'
import { uuidv7 } from '../../../base/id.ts'
import type { Tx } from '../../../store/store.ts'
import {
  addRevision,
  bumpSnapshot,
  type LockedDeployment,
  lockDeployment,
  type NewRevision,
} from '../deployment.ts'
import { parseCondition } from './condition.ts'
import { planOf } from './plan.ts'
import type { Step } from './rollout.ts'

export interface NewRollout extends NewRevision {
  readonly deploymentId: string
  readonly steps: readonly Step[]
  /** For example `error_rate > 1%`. */
  readonly abortIf: readonly string[]
  readonly reason: string
}

export const rolloutWork = 'serving.rollout'

/**
 * Adds a revision and starts to give it traffic, step by step. The first revision of a deployment gets all of it as soon
 * as it is ready. Fails with `wrong_state` while another rollout is under way.
 */
export async function startRollout(tx: Tx, wanted: NewRollout): Promise<string> {
  for (const condition of wanted.abortIf) parseCondition(condition)
  const plan = planOf(wanted.steps)
  const deployment = await lockDeployment(tx, wanted.deploymentId)
  await refuseWhileUnderWay(tx, deployment)
  const before = await weightsOf(tx, deployment.id)
  const revision = await addRevision(tx, deployment, wanted)
  const first = before.length === 0
  return insertRollout(tx, deployment, {
    kind: first ? 'first' : 'rollout',
    revision,
    plan: first ? [{ percent: 100 }] : plan,
    abortIf: first ? [] : wanted.abortIf,
    before,
    reason: wanted.reason,
  })
}

/** All traffic to a revision that exists, in one step, as soon as the model servers have it loaded. */
export async function startReturn(tx: Tx, deployment: LockedDeployment, revision: number, reason: string) {
  const before = await weightsOf(tx, deployment.id)
  const plan = [{ percent: 100 }]
  return insertRollout(tx, deployment, { kind: 'rollback', revision, plan, abortIf: [], before, reason })
}

export async function weightsOf(tx: Tx, deploymentId: string) {
  return tx.db
    .selectFrom('revisions')
    .select(['number as revision', 'weight'])
    .where('deployment_id', '=', deploymentId)
    .where('weight', '>', 0)
    .orderBy('number')
    .execute()
}

interface Insert {
  readonly kind: 'first' | 'rollout' | 'rollback'
  readonly revision: number
  readonly plan: readonly Step[]
  readonly abortIf: readonly string[]
  readonly before: readonly { revision: number; weight: number }[]
  readonly reason: string
}

async function insertRollout(tx: Tx, deployment: LockedDeployment, rollout: Insert): Promise<string> {
  const id = uuidv7()
  const { projectId } = deployment
  await tx.db
    .insertInto('rollouts')
    .values({
      id,
      deployment_id: deployment.id,
      project_id: projectId,
      kind: rollout.kind,
      revision: rollout.revision,
      plan: JSON.stringify(rollout.plan),
      abort_if: [...rollout.abortIf],
      weights_before: JSON.stringify(rollout.before),
      reason: rollout.reason,
      started_at: tx.now,
    })
    .execute()
  const details = { rollout_id: id, kind: rollout.kind, revision: rollout.revision, reason: rollout.reason }
  await tx.audit({
    action: 'rollout.start',
    projectId,
    subjectType: 'deployment',
    subjectId: deployment.id,
    details: { ...details, plan: rollout.plan, abort_if: rollout.abortIf },
  })
  await tx.emit({
    type: 'rollout.started',
    projectId,
    subject: id,
    data: { ...details, deployment_id: deployment.id, line_id: deployment.lineId },
  })
  await tx.enqueue({ kind: rolloutWork, key: id, projectId })
  tx.hint(projectId, `deployments:${deployment.id}`)
  await bumpSnapshot(tx)
  return id
}

async function refuseWhileUnderWay(tx: Tx, deployment: LockedDeployment): Promise<void> {
  const active = await tx.db
    .selectFrom('rollouts')
    .select(['id', 'revision'])
    .where('deployment_id', '=', deployment.id)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  if (!active) return
  throw new SlipwayError(
    'wrong_state',
    `The rollout of revision ${active.revision} of "${deployment.name}" is under way.`,
    { facts: { rollout: active.id, revision: active.revision } },
  )
}
