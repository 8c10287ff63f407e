import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import { uuidv7 } from '../base/id.ts'
import type { Principal } from '../base/principal.ts'
import { deliveryKind, enqueue, enqueueDeliveries, fence } from './enqueue.ts'
import { isSerializationFailure, isUnavailable, named } from './failure.ts'
import type { Signals } from './signals.ts'
import type { AuditEntry, NewEvent, TransactionOptions, Tx } from './store.ts'
import type { Subscribers } from './subscribers.ts'
import type { DB } from './tables.ts'

const mostTries = 6

/** What transactions of one store share. */
export interface Transactions {
  readonly db: Kysely<DB>
  readonly signals: Signals
  readonly subscribers: Subscribers
}

/**
 * Runs a change in a transaction and sends its signals after the commit. The change runs again after a serialization
 * failure, a deadlock, or a connection lost before the commit was sent (after it, nobody knows how it ended).
 */
export async function runTransaction<T>(
  on: Transactions,
  principal: Principal,
  change: (tx: Tx) => Promise<T>,
  options: TransactionOptions & { mustAudit: boolean },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const progress = { committing: false }
    try {
      return await once(on, principal, change, options, progress)
    } catch (error) {
      const again = isSerializationFailure(error) || (isUnavailable(error) && !progress.committing)
      if (!again || attempt === mostTries) throw named(error)
      await delay(Math.random() * 10 * 2 ** attempt)
    }
  }
}

async function once<T>(
  on: Transactions,
  principal: Principal,
  change: (tx: Tx) => Promise<T>,
  { mustAudit, snapshot }: TransactionOptions & { mustAudit: boolean },
  progress: { committing: boolean },
): Promise<T> {
  const aftermath = new Aftermath()
  const level = snapshot === true ? 'repeatable read' : 'read committed'
  const result = await on.db
    .transaction()
    .setIsolationLevel(level)
    .execute(async (db) => {
      const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db)
      const now = rows[0]?.now ?? new Date()
      const result = await change(openTx(db, principal, now, on.subscribers, aftermath))
      if (mustAudit && !aftermath.audited) throw new Error('a change without an audit entry was rolled back')
      progress.committing = true
      return result
    })
  aftermath.send(on.signals)
  return result
}

/** What one transaction has done that matters after it. */
class Aftermath {
  audited = false
  readonly #signals: [channel: 'work' | 'events' | 'hints', payload: string][] = []

  signal(channel: 'work' | 'events' | 'hints', payload: string): void {
    this.#signals.push([channel, payload])
  }

  send(signals: Signals): void {
    for (const [channel, payload] of this.#signals) signals.notify(channel, payload)
  }
}

function openTx(
  db: Transaction<DB>,
  principal: Principal,
  now: Date,
  subscribers: Subscribers,
  aftermath: Aftermath,
): Tx {
  return {
    db,
    principal,
    now,
    async audit(entry) {
      await insertAudit(db, principal, entry)
      aftermath.audited = true
    },
    async emit(event) {
      const id = await insertEvent(db, event, now)
      const names = subscribers.to(event.type)
      await enqueueDeliveries(db, { id, projectId: event.projectId }, names)
      aftermath.signal('events', JSON.stringify({ id, type: event.type, project_id: event.projectId }))
      for (const name of names) aftermath.signal('work', deliveryKind(name))
      return id
    },
    async enqueue(item) {
      await enqueue(db, item)
      aftermath.signal('work', item.kind)
    },
    hint(projectId, topic) {
      aftermath.signal('hints', JSON.stringify({ project_id: projectId, topic }))
    },
    fence: (attempt) => fence(db, attempt),
  }
}

async function insertAudit(db: Transaction<DB>, principal: Principal, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_entries')
    .values({
      id: uuidv7(),
      project_id: entry.projectId,
      actor_kind: principal.kind,
      actor_id: principal.id,
      actor_name: principal.name,
      token_id: principal.kind === 'user' ? (principal.tokenId ?? null) : null,
      action: entry.action,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute()
}

async function insertEvent(db: Transaction<DB>, event: NewEvent, now: Date): Promise<string> {
  const id = uuidv7()
  await db
    .insertInto('events')
    .values({
      id,
      type: event.type,
      project_id: event.projectId,
      subject: event.subject,
      occurred_at: event.occurredAt ?? now,
      data: JSON.stringify(event.data ?? {}),
    })
    .execute()
  return id
}
