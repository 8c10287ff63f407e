import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { invalid, quoted } from './check.ts'
import { queueNotFound } from './queue.ts'
import { customName, ownerOf, type QueueShape, schemaIdsOf, shapeOf, usersOf } from './queue-check.ts'

export interface NewQueue extends QueueShape {
  readonly projectId: string
  readonly experimentId: string
  readonly createdBy: string | null
}

export interface QueueChange {
  readonly name?: string | undefined
  readonly owner?: string | undefined
  readonly users?: readonly string[] | undefined
  readonly schemaIds?: readonly string[] | undefined
}

/** Returns the id. Fails with `invalid_argument`, and with `already_exists` when the experiment has one of this name. */
export async function createQueue(tx: Tx, queue: NewQueue): Promise<string> {
  const { kind, name, users, schemaIds } = shapeOf(queue)
  await checkSchemas(tx, queue.experimentId, schemaIds)
  const id = `rq-${randomUUID().replaceAll('-', '')}`
  const now = tx.now.getTime()
  const made = await tx.db
    .insertInto('review_queues')
    .values({
      id,
      project_id: queue.projectId,
      experiment_id: Number(queue.experimentId),
      name,
      kind,
      users: [...users],
      schema_ids: [...schemaIds],
      created_by: queue.createdBy,
      created_ms: now,
      updated_ms: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made === undefined) throw nameTaken(name)
  await auditQueue(tx, queue.projectId, id, 'create', { name, kind, users })
  return id
}

/**
 * Changes what is given. A person's own queue stays as it is, and so do the questions of one that holds traces. Fails
 * with `not_found` and as `createQueue`.
 */
export async function updateQueue(tx: Tx, projectId: string, id: string, change: QueueChange): Promise<void> {
  const before = await lockQueue(tx, projectId, id)
  if (before.kind === 'user') {
    throw invalid("A user queue's name, assigned user, schemas, and owner are fixed and cannot be updated.")
  }
  const owner = change.owner === undefined ? undefined : ownerOf(change.owner)
  const name = change.name === undefined ? undefined : customName(change.name)
  if (name !== undefined) await checkName(tx, { id, experimentId: before.experiment_id, name })
  const users = change.users === undefined ? undefined : usersOf(change.users)
  const schemaIds = change.schemaIds === undefined ? undefined : schemaIdsOf(change.schemaIds)
  if (schemaIds !== undefined) {
    await checkEmpty(tx, id)
    await checkSchemas(tx, String(before.experiment_id), schemaIds)
  }
  const set = {
    ...(owner === undefined ? {} : { created_by: owner }),
    ...(name === undefined ? {} : { name }),
    ...(users === undefined ? {} : { users }),
    ...(schemaIds === undefined ? {} : { schema_ids: schemaIds }),
  }
  await tx.db
    .updateTable('review_queues')
    .set({ ...set, updated_ms: tx.now.getTime() })
    .where('id', '=', id)
    .execute()
  await auditQueue(tx, projectId, id, 'update', set)
}

/** What was said of its traces stays. Deleting what is not there changes nothing. */
export async function deleteQueue(tx: Tx, projectId: string, id: string): Promise<void> {
  const deleted = await tx.db
    .deleteFrom('review_queues')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  await auditQueue(tx, projectId, id, 'delete', { existed: deleted.numDeletedRows > 0n })
}

/** Fails with `not_found`. Who adds traces and who changes questions wait for each other. */
export async function lockQueue(tx: Tx, projectId: string, id: string) {
  const row = await tx.db
    .selectFrom('review_queues')
    .select(['kind', 'experiment_id'])
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw queueNotFound(id)
  return row
}

export async function auditQueue(
  tx: Tx,
  projectId: string,
  id: string,
  verb: string,
  details: Record<string, unknown>,
): Promise<void> {
  const action = `review_queue.${verb}`
  await tx.audit({ action, projectId, subjectType: 'review_queue', subjectId: id, details })
}

async function checkName(
  tx: Tx,
  { id, experimentId, name }: { id: string; experimentId: number; name: string },
): Promise<void> {
  const { rows } = await sql`select from review_queues where experiment_id = ${experimentId}
    and lower(name) = lower(${name}) and id <> ${id}`.execute(tx.db)
  if (rows.length > 0) throw nameTaken(name)
}

async function checkEmpty(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql`select from review_items where queue_id = ${id} limit 1`.execute(tx.db)
  if (rows.length === 0) return
  throw invalid(
    "A review queue's questions are locked once items are assigned to it. " +
      'Remove the items before changing its questions.',
  )
}

async function checkSchemas(tx: Tx, experimentId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const { rows } = await sql<{ id: string }>`select id from label_schemas
    where experiment_id = ${experimentId} and id = any(${ids}::text[])`.execute(tx.db)
  const known = new Set(rows.map((row) => row.id))
  const missing = ids.filter((id) => !known.has(id))
  if (missing.length === 0) return
  throw invalid(`Label schema id(s) ${quoted(missing)} not found for experiment '${experimentId}'.`)
}

function nameTaken(name: string): SlipwayError {
  return new SlipwayError(
    'already_exists',
    `Review queue with name '${name}' already exists (names are case-insensitive).`,
  )
}
