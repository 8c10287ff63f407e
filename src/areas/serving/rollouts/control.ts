import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { audit, deleteDeployment, type LockedDeployment, lockDeployment } from '../deployment.ts'
import { abort, make } from './move.ts'
import { type Evidence, evidenceOf, nextMove } from './rollout.ts'
import { readUnderWay, type UnderWay } from './situation.ts'
import { rolloutWork, startReturn, weightsOf } from './start.ts'

/**
 * Takes the traffic back: aborts the rollout under way, at once; else gives all traffic to `revision` (default: the one
 * that served before the present one), at once when the model servers have it loaded. Returns the rollout's id.
 */
export async function rollback(
  tx: Tx,
  deploymentId: string,
  options: { readonly reason: string; readonly revision?: number },
): Promise<string> {
  const deployment = await lockDeployment(tx, deploymentId)
  const rollout = await underWay(tx, deployment.id)
  const { revision, reason } = options
  await audit(tx, 'deployment.rollback', deployment.projectId, deployment.id, { reason, revision })
  if (rollout) {
    // Asked twice is asked once: undoing a rollback under way would give traffic to what was taken back.
    if (
      rollout.kind === 'rollback' &&
      (revision ?? rollout.situation.revision) === rollout.situation.revision
    ) {
      return rollout.id
    }
    await abort(tx, deployment, rollout, reason, lastEvidence(rollout))
    const restored = rollout.weightsBefore.some((old) => old.weight === 100 && old.revision === revision)
    if (revision === undefined || restored) return rollout.id
  }
  const target = revision ?? (await revisionBefore(tx, deployment))
  await refuseUnknown(tx, deployment, target)
  const id = await startReturn(tx, deployment, target, reason)
  const begun = await readUnderWay(tx.db, id, tx.now)
  // Loaded already, as the one before always is: no need to wait for the reconciler.
  if (begun) await make(tx, deployment, begun, nextMove(begun.situation))
  return id
}

/** Stays at the present step, or goes on. */
export async function setDesired(tx: Tx, rolloutId: string, desired: 'run' | 'pause'): Promise<void> {
  const { deployment } = await locked(tx, rolloutId)
  await tx.db.updateTable('rollouts').set({ desired }).where('id', '=', rolloutId).execute()
  await tx.audit({
    action: desired === 'pause' ? 'rollout.pause' : 'rollout.resume',
    projectId: deployment.projectId,
    subjectType: 'deployment',
    subjectId: deployment.id,
    details: { rollout_id: rolloutId },
  })
  await tx.enqueue({ kind: rolloutWork, key: rolloutId, projectId: deployment.projectId })
  tx.hint(deployment.projectId, `deployments:${deployment.id}`)
}

export async function abortRollout(tx: Tx, rolloutId: string, reason: string): Promise<void> {
  const { deployment, rollout } = await locked(tx, rolloutId)
  await abort(tx, deployment, rollout, reason, lastEvidence(rollout))
}

/** Ends what is under way and stops serving. The prediction log stays. */
export async function removeDeployment(tx: Tx, deploymentId: string): Promise<void> {
  const deployment = await lockDeployment(tx, deploymentId)
  const rollout = await underWay(tx, deployment.id)
  if (rollout) await abort(tx, deployment, rollout, 'the deployment was deleted', undefined)
  await deleteDeployment(tx, deployment)
}

function lastEvidence({ situation }: UnderWay): Evidence | undefined {
  return situation.step && evidenceOf(situation, situation.step)
}

async function locked(
  tx: Tx,
  rolloutId: string,
): Promise<{ deployment: LockedDeployment; rollout: UnderWay }> {
  const row = await tx.db
    .selectFrom('rollouts')
    .select(['deployment_id', 'state'])
    .where('id', '=', rolloutId)
    .executeTakeFirst()
  if (!row) throw new SlipwayError('not_found', 'There is no such rollout.')
  const deployment = await lockDeployment(tx, row.deployment_id)
  const rollout = await readUnderWay(tx.db, rolloutId, tx.now)
  if (!rollout) throw new SlipwayError('wrong_state', `This rollout has ended: ${row.state}.`)
  return { deployment, rollout }
}

async function underWay(tx: Tx, deploymentId: string): Promise<UnderWay | undefined> {
  const row = await tx.db
    .selectFrom('rollouts')
    .select('id')
    .where('deployment_id', '=', deploymentId)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return row && readUnderWay(tx.db, row.id, tx.now)
}

async function revisionBefore(tx: Tx, deployment: LockedDeployment): Promise<number> {
  const present = await weightsOf(tx, deployment.id)
  const last = await tx.db
    .selectFrom('rollouts')
    .select('weights_before')
    .where('deployment_id', '=', deployment.id)
    .where('state', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const before = (last?.weights_before ?? []) as unknown as { revision: number; weight: number }[]
  const heaviest = before.toSorted((a, b) => b.weight - a.weight)[0]
  if (!heaviest || present.some((now) => now.revision === heaviest.revision && now.weight === 100)) {
    throw new SlipwayError('wrong_state', `"${deployment.name}" has no earlier revision to go back to.`)
  }
  return heaviest.revision
}

async function refuseUnknown(tx: Tx, deployment: LockedDeployment, revision: number): Promise<void> {
  const row = await tx.db
    .selectFrom('revisions')
    .select('weight')
    .where('deployment_id', '=', deployment.id)
    .where('number', '=', revision)
    .executeTakeFirst()
  if (!row) throw new SlipwayError('not_found', `"${deployment.name}" has no revision ${revision}.`)
  if (row.weight === 100) {
    throw new SlipwayError(
      'wrong_state',
      `Revision ${revision} of "${deployment.name}" has all traffic already.`,
    )
  }
}
