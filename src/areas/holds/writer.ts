import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Tx } from '../../store/store.ts'
import { type Hold, type HoldSubject, holdsOn } from './reader.ts'

export interface NewHold {
  readonly projectId: string
  readonly type: HoldSubject
  readonly id: string
  /** For people. */
  readonly name: string
  readonly reason: string
}

/** Holds a thing until it is released. Fails with `already_exists` when it is held. */
export async function placeHold(tx: Tx, hold: NewHold): Promise<Hold> {
  const [known] = await holdsOn(tx.db, hold.type, [hold.id])
  if (known !== undefined) throw new SlipwayError('already_exists', `${hold.name} is held already.`)
  const made = await tx.db
    .insertInto('holds')
    .values({
      id: uuidv7(),
      project_id: hold.projectId,
      subject_type: hold.type,
      subject_id: hold.id,
      subject_name: hold.name,
      reason: hold.reason,
      placed_by: tx.principal.name,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await record(tx, made, 'hold.place', hold.reason)
  return made
}

/** Fails with `not_found`, or `wrong_state` when it was released before. */
export async function releaseHold(tx: Tx, projectId: string, id: string, reason: string): Promise<Hold> {
  const hold = await tx.db
    .selectFrom('holds')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .forUpdate()
    .executeTakeFirst()
  if (hold === undefined) throw new SlipwayError('not_found', 'There is no such hold.')
  if (hold.released_at !== null) throw new SlipwayError('wrong_state', 'The hold was released before.')
  const released = await tx.db
    .updateTable('holds')
    .set({ released_by: tx.principal.name, released_at: tx.now, release_reason: reason })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await record(tx, released, 'hold.release', reason)
  return released
}

async function record(tx: Tx, hold: Hold, action: string, reason: string): Promise<void> {
  await tx.audit({
    action,
    projectId: hold.project_id,
    subjectType: hold.subject_type,
    subjectId: hold.subject_id,
    details: { hold: hold.id, name: hold.subject_name, reason },
  })
}
