import type { Attempt, Next } from '../../../base/area.ts'
import type { Log } from '../../../base/log.ts'
import { system } from '../../../base/principal.ts'
import type { Store, Tx } from '../../../store/store.ts'
import { lockDeployment } from '../deployment.ts'
import { databaseTime } from '../reader.ts'
import { make } from './move.ts'
import { type Move, nextMove } from './rollout.ts'
import { readUnderWay } from './situation.ts'

const lookAgainMs = 1000
const actor = system('serving')

/**
 * Moves one rollout on, a transaction a move, until there is something to wait for. Each move is decided anew under the
 * deployment's lock from what is stored, so that it may be interrupted between any two of them, or run twice.
 */
export async function reconcileRollout(
  deps: { store: Store; log: Log },
  rolloutId: string,
  attempt: Attempt,
): Promise<Next> {
  while (!attempt.signal.aborted) {
    const expected = await look(deps.store, rolloutId)
    if (!expected) return undefined
    if (expected.do === 'wait') break
    const made = await advance(deps.store, rolloutId, expected, attempt)
    if (made) deps.log.info('rollout.moved', { rollout: rolloutId, ...made })
  }
  return { again: new Date(Date.now() + lookAgainMs) }
}

/** The next move as it looks without a lock. Undefined: the rollout has ended. */
async function look(store: Store, rolloutId: string): Promise<Move | undefined> {
  const rollout = await readUnderWay(store.read, rolloutId, await databaseTime(store.read))
  return rollout && nextMove(rollout.situation)
}

/** Makes the move if it is still the right one. */
async function advance(
  store: Store,
  rolloutId: string,
  expected: Move,
  attempt: Attempt,
): Promise<Move | undefined> {
  const change = async (tx: Tx): Promise<Move> => {
    await tx.fence(attempt)
    const move = await moveOn(tx, rolloutId)
    if (move?.do !== expected.do) throw new Changed()
    return move
  }
  try {
    return await (expected.do === 'measure' ? store.housekeep(change) : store.transact(actor, change))
  } catch (error) {
    if (error instanceof Changed) return undefined
    throw error
  }
}

/** Decides and makes the next move under the deployment's lock. Undefined: the rollout has ended. */
async function moveOn(tx: Tx, rolloutId: string): Promise<Move | undefined> {
  const row = await tx.db
    .selectFrom('rollouts')
    .select('deployment_id')
    .where('id', '=', rolloutId)
    .executeTakeFirst()
  if (!row) return undefined
  const deployment = await lockDeployment(tx, row.deployment_id)
  const rollout = await readUnderWay(tx.db, rolloutId, tx.now)
  if (!rollout) return undefined
  const move = nextMove(rollout.situation)
  await make(tx, deployment, rollout, move)
  return move
}

/** Between the look and the lock, someone else moved the rollout. */
class Changed extends Error {}
