import type { Tx } from '../../../store/store.ts'
import { type LockedDeployment, setWeights } from '../deployment.ts'
import { type Evidence, type Move, weightsAt } from './rollout.ts'
import { readCountersBefore, type UnderWay } from './situation.ts'

/** Makes one move of a rollout, whole or not at all. The deployment is locked by the caller. */
export async function make(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  move: Move,
): Promise<void> {
  switch (move.do) {
    case 'wait':
      return
    case 'enter':
      return enter(tx, deployment, rollout, move.position, move.evidence)
    case 'measure':
      return measure(tx, deployment, rollout, move.position)
    case 'complete':
      return complete(tx, deployment, rollout, move.evidence)
    case 'abort':
      return abort(tx, deployment, rollout, move.reason, move.evidence)
  }
}

async function enter(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  position: number,
  evidence: Evidence | undefined,
): Promise<void> {
  if (evidence) await leaveStep(tx, deployment, rollout, 'passed', evidence)
  const percent = rollout.situation.plan[position]?.percent ?? 100
  await tx.db.updateTable('rollouts').set({ state: 'running' }).where('id', '=', rollout.id).execute()
  await audit(tx, deployment, 'rollout.enter_step', rollout, { position, percent })
  const weights = weightsAt(percent, rollout.situation.revision, rollout.weightsBefore)
  const version = await setWeights(tx, deployment, weights)
  await tx.db
    .insertInto('rollout_steps')
    .values({
      rollout_id: rollout.id,
      position,
      project_id: deployment.projectId,
      percent,
      snapshot_version: version,
      entered_at: tx.now,
    })
    .execute()
}

async function measure(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  position: number,
): Promise<void> {
  const before = await readCountersBefore(tx.db, deployment.id, tx.now)
  await tx.db
    .updateTable('rollout_steps')
    .set({ effective_at: tx.now, counters_before: JSON.stringify(before) })
    .where('rollout_id', '=', rollout.id)
    .where('position', '=', position)
    .where('effective_at', 'is', null)
    .execute()
  tx.hint(deployment.projectId, `deployments:${deployment.id}`)
}

async function complete(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  evidence: Evidence,
): Promise<void> {
  await leaveStep(tx, deployment, rollout, 'passed', evidence)
  await finish(tx, deployment, rollout, 'completed', 'every step was passed')
}

/** Gives the traffic back to the revisions that had it, at once. */
export async function abort(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  reason: string,
  evidence: Evidence | undefined,
): Promise<void> {
  await leaveStep(tx, deployment, rollout, 'aborted', evidence)
  await finish(tx, deployment, rollout, 'aborted', reason)
  await setWeights(tx, deployment, new Map(rollout.weightsBefore.map((old) => [old.revision, old.weight])))
}

async function leaveStep(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  outcome: 'passed' | 'aborted',
  evidence: Evidence | undefined,
): Promise<void> {
  const left = await tx.db
    .updateTable('rollout_steps')
    .set({ left_at: tx.now, outcome, evidence: evidence ? JSON.stringify(evidence) : null })
    .where('rollout_id', '=', rollout.id)
    .where('left_at', 'is', null)
    .returning(['position', 'percent'])
    .executeTakeFirst()
  if (!left) return
  await tx.emit({
    type: 'rollout.stepped',
    projectId: deployment.projectId,
    subject: rollout.id,
    data: {
      ...subject(deployment, rollout),
      position: left.position,
      percent: left.percent,
      outcome,
      evidence,
    },
  })
}

async function finish(
  tx: Tx,
  deployment: LockedDeployment,
  rollout: UnderWay,
  outcome: 'completed' | 'aborted',
  reason: string,
): Promise<void> {
  await tx.db
    .updateTable('rollouts')
    .set({ state: outcome, outcome_reason: reason, finished_at: tx.now })
    .where('id', '=', rollout.id)
    .execute()
  const action = outcome === 'completed' ? 'rollout.complete' : 'rollout.abort'
  await audit(tx, deployment, action, rollout, { reason })
  await tx.emit({
    type: 'rollout.finished',
    projectId: deployment.projectId,
    subject: rollout.id,
    data: { ...subject(deployment, rollout), outcome, reason },
  })
  tx.hint(deployment.projectId, `deployments:${deployment.id}`)
}

function subject(deployment: LockedDeployment, rollout: UnderWay) {
  return {
    rollout_id: rollout.id,
    kind: rollout.kind,
    deployment_id: deployment.id,
    line_id: deployment.lineId,
    revision: rollout.situation.revision,
    model_version_id: rollout.modelVersionId,
  }
}

function audit(
  tx: Tx,
  deployment: LockedDeployment,
  action: string,
  rollout: UnderWay,
  details: Record<string, unknown>,
): Promise<void> {
  return tx.audit({
    action,
    projectId: deployment.projectId,
    subjectType: 'deployment',
    subjectId: deployment.id,
    details: { rollout_id: rollout.id, revision: rollout.situation.revision, ...details },
  })
}
