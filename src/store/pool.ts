import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresPool } from 'kysely'
import pg from 'pg'
import type { Log } from '../base/log.ts'
import { connectionTimeoutMillis, valueTypes } from './connect.ts'
import { isUnavailable, named } from './failure.ts'

/** How long a new connection waits for a server that is being started again. */
const patienceMs = 5000
const largestPool = 20
/** Locks of a program that hangs in the middle of a transaction are freed after this. */
const idleTransactionMs = 60_000

/** Connections for Kysely. A server that restarts delays its callers for a moment instead of failing them. */
export function openPool(url: string, log: Log): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    types: valueTypes,
    application_name: 'slipway',
    max: largestPool,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis,
    idle_in_transaction_session_timeout: idleTransactionMs,
  })
  // A connection in use that is lost would end the program otherwise; the statement under way fails by itself.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => log.warn('database.connection_lost', { error: error.message }))
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: patiently(pool),
  }
}

/** Waiting is for a server that has been there: an address that is wrong from the start fails at once. */
function patiently(pool: pg.Pool): () => Promise<pg.PoolClient> {
  let everConnected = false
  return async () => {
    const deadline = Date.now() + (everConnected ? patienceMs : 0)
    for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
      try {
        const client = await pool.connect()
        everConnected = true
        return client
      } catch (error) {
        if (!isUnavailable(error) || Date.now() + wait > deadline) throw named(error)
        await delay(wait)
      }
    }
  }
}
