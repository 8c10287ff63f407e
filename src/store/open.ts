import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Log } from '../base/log.ts'
import { system } from '../base/principal.ts'
import { Appender } from './append.ts'
import { urlOf } from './embedded/place.ts'
import { named } from './failure.ts'
import { grouped } from './group.ts'
import { openPool } from './pool.ts'
import { Signals } from './signals.ts'
import type { Store } from './store.ts'
import { Subscribers } from './subscribers.ts'
import type { DB } from './tables.ts'
import { runTransaction } from './transaction.ts'

export interface StoreOptions {
  /** A database's address; without it, the embedded server of `home`, which must be running. */
  readonly url?: string | undefined
  readonly home?: string | undefined
  readonly log: Log
}

/** Opens the store on a database that `startDatabase` has prepared. Fails with `database_unavailable`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const url = options.url ?? (options.home === undefined ? undefined : await urlOf(options.home))
  if (url === undefined) throw new Error('a store needs an address or a home')
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: openPool(url, options.log) }) })
  const signals = new Signals(url, options.log)
  const subscribers = new Subscribers()
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    await db.destroy()
    throw named(error)
  }
  return createStore(db, signals, subscribers)
}

function createStore(db: Kysely<DB>, signals: Signals, subscribers: Subscribers): Store {
  const appender = new Appender(db)
  const on = { db, signals, subscribers }
  return {
    read: db,
    transact: (principal, change) => runTransaction(on, principal, change, { mustAudit: true }),
    housekeep: (change, options) =>
      runTransaction(on, system('housekeeping'), change, { ...options, mustAudit: false }),
    append: (table, rows, options) => appender.append(table, rows, options?.onConflict),
    grouped: (write) => grouped((items) => write(db, items)),
    listen: (channel, hear) => signals.listen(channel, hear),
    notify: (channel, payload) => signals.notify(channel, payload),
    subscribe: (subscriptions) => subscribers.add(subscriptions),
    async [Symbol.asyncDispose]() {
      await signals[Symbol.asyncDispose]()
      await db.destroy()
    },
  }
}
