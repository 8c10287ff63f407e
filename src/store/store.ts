import type { Kysely, Transaction } from 'kysely'
import type { Attempt, Subscription, WorkItem } from '../base/area.ts'
import type { Principal } from '../base/principal.ts'
import type { DB } from './tables.ts'

/** The database: reads anywhere, two ways to write. */
export interface Store extends AsyncDisposable {
  /** For reading only. */
  readonly read: Kysely<DB>
  /**
   * Every change that a person or policy could care about: rows, audit entries and events in one transaction.
   * Fails (and rolls back) if `change` wrote no audit entry. `change` may run again after a serialization failure.
   */
  transact<T>(principal: Principal, change: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Telemetry (metric points, predictions, heartbeats, labels): concurrent appends to a table share a statement and a
   * commit; durable when the promise resolves. All or nothing per call. `onConflict: 'ignore'` skips rows that exist,
   * 'replace' overwrites them (a call must not hold two rows of one key).
   */
  append<T extends keyof DB & string>(
    table: T,
    rows: readonly Record<string, unknown>[],
    options?: { onConflict?: 'ignore' | 'replace' },
  ): Promise<void>
  /**
   * Appends by a write of one's own, for what one row an item is too slow: concurrent items share a write, which is one
   * statement, so that an item is durable when its promise resolves. A write may be repeated after a failure.
   */
  grouped<T>(write: (db: Kysely<DB>, items: readonly T[]) => Promise<void>): (item: T) => Promise<void>
  /** Housekeeping of leases, heartbeats and observed state: no audit entry is asked for. Events may be emitted. */
  housekeep<T>(change: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Called on each NOTIFY of the channel with its payload, and once after a reconnect with ''. Hints only.
   * Payloads: `work` the kind; `events` {id, type, project_id}; `hints` {project_id, topic}, both as JSON.
   */
  listen(channel: 'work' | 'events' | 'hints', hear: (payload: string) => void): Promise<AsyncDisposable>
  /** Sends a hint that belongs to no transaction, for example after an append. */
  notify(channel: 'work' | 'events' | 'hints', payload: string): void
  /** Tells the store who wants which events: in every process that emits, before it does. */
  subscribe(subscriptions: readonly Pick<Subscription, 'name' | 'types'>[]): void
}

export interface TransactionOptions {
  /** Every statement sees the database as it was at the beginning, and what others changed since can't be changed. */
  readonly snapshot?: boolean
}

/** An open transaction: the only thing that a writer accepts. */
export interface Tx {
  readonly db: Transaction<DB>
  readonly principal: Principal
  /** The database's time at the start of the transaction. */
  readonly now: Date
  audit(entry: AuditEntry): Promise<void>
  /** Records an event and queues it for each of its subscribers, in this transaction. Returns its id. */
  emit(event: NewEvent): Promise<string>
  /** Queues work, or moves what is queued under the same kind and key to the earlier time. */
  enqueue(item: NewWork): Promise<void>
  /** Tells browsers that a thing changed, after the commit: `runs:<id>`, `lines:<id>`. */
  hint(projectId: string | null, topic: string): void
  /** Throws `conflict` unless the attempt still holds its lease: the first statement of every write made for work. */
  fence(attempt: Attempt): Promise<void>
}

export interface AuditEntry {
  /** `noun.verb`, for example `deployment.create`. */
  readonly action: string
  readonly projectId: string | null
  readonly subjectType: string
  readonly subjectId: string
  readonly details?: Record<string, unknown>
}

export interface NewEvent {
  readonly type: string
  readonly projectId: string | null
  readonly subject: string
  readonly occurredAt?: Date
  readonly data?: Record<string, unknown>
}

export interface NewWork extends Omit<WorkItem, 'payload'> {
  readonly payload?: Record<string, unknown>
  /** Not before this time. Default: now. */
  readonly runAt?: Date
  /** Work with the same concurrency key runs one at a time, everywhere. */
  readonly concurrencyKey?: string
}
