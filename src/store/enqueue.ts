import { type Kysely, sql } from 'kysely'
import type { Attempt, Event } from '../base/area.ts'
import { SlipwayError } from '../base/error.ts'
import { uuidv7 } from '../base/id.ts'
import type { NewWork } from './store.ts'
import type { DB } from './tables.ts'

/** The kind of the work that delivers events to a subscriber; its key is the event's id. */
export function deliveryKind(subscriber: string): string {
  return `on:${subscriber}`
}

/**
 * Queues work. What is queued already under the same kind and key moves to the earlier time and takes the new payload;
 * what is running right now runs once more afterwards; what had failed for good starts afresh.
 */
export async function enqueue(db: Kysely<DB>, item: NewWork): Promise<void> {
  const payload = item.payload === undefined ? null : JSON.stringify(item.payload)
  await sql`
    insert into work as w (id, kind, key, project_id, payload, concurrency_key, run_at)
    values (${uuidv7()}, ${item.kind}, ${item.key}, ${item.projectId}, coalesce(${payload}::jsonb, '{}'),
      ${item.concurrencyKey ?? null}, coalesce(${item.runAt ?? null}::timestamptz, now()))
    on conflict (kind, key) do update set
      payload = coalesce(${payload}::jsonb, w.payload),
      state = case w.state when 'leased' then 'leased' else 'queued' end,
      failures = case w.state when 'failed' then 0 else w.failures end,
      run_at = case w.state when 'queued' then least(w.run_at, excluded.run_at) when 'failed' then excluded.run_at else w.run_at end,
      wake_at = case w.state when 'leased' then least(w.wake_at, excluded.run_at) end,
      updated_at = now()`.execute(db)
}

/** Queues the delivery of an event to each subscriber. */
export async function enqueueDeliveries(
  db: Kysely<DB>,
  event: Pick<Event, 'id' | 'projectId'>,
  subscribers: readonly string[],
) {
  if (subscribers.length === 0) return
  const rows = subscribers.map((name) => ({
    id: uuidv7(),
    kind: deliveryKind(name),
    key: event.id,
    project_id: event.projectId,
  }))
  await db.insertInto('work').values(rows).execute()
}

/** Locks the leased row and fails when another attempt has it: nothing that a lost attempt writes may be kept. */
export async function fence(db: Kysely<DB>, attempt: Attempt): Promise<void> {
  const row = await db
    .selectFrom('work')
    .select('id')
    .where('id', '=', attempt.workId)
    .where('attempt', '=', attempt.attempt)
    .where('state', '=', 'leased')
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row !== undefined) return
  throw new SlipwayError('conflict', 'This attempt has lost its lease; another one goes on with the work.', {
    facts: { work: attempt.workId, attempt: attempt.attempt },
  })
}
