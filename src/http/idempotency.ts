import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Endpoint } from '../base/endpoint.ts'
import { SlipwayError } from '../base/error.ts'
import type { Principal } from '../base/principal.ts'
import type { Store, Tx } from '../store/store.ts'

/** Runs a creating call once for an `Idempotency-Key`; sent again, its first answer is repeated. */
export type Replay = (
  request: FastifyRequest,
  reply: FastifyReply,
  endpoint: Endpoint,
  principal: Principal | undefined,
  answer: () => Promise<unknown>,
) => Promise<unknown>

/** Answers with a secret in them are never kept: sent again, these calls make another. */
const secretive = new Set([
  'session.login',
  'session.exchange',
  'tokens.create',
  'users.create',
  'users.link',
])

const keepHours = 24
/** A call that was under way when the platform died may be tried again after this. */
const abandonedSeconds = 120

export function createReplay(store: Store): Replay {
  return async (request, _reply, endpoint, principal, answer) => {
    const key = request.headers['idempotency-key']
    const applies = endpoint.method === 'POST' && !endpoint.upload && !secretive.has(endpoint.id)
    if (typeof key !== 'string' || principal === undefined || !applies) return answer()
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new SlipwayError('invalid_argument', 'Idempotency-Key: must be 1 to 255 printable characters.')
    }
    const entry = { principal: principal.id, key, request_hash: hashOf(request) }
    const kept = await store.housekeep((tx) => begin(tx, entry))
    if (kept !== undefined) return kept.answer
    try {
      const result = await answer()
      await store.housekeep((tx) => finish(tx, entry, result))
      return result
    } catch (thrown) {
      await store.housekeep((tx) => forget(tx, entry))
      throw thrown
    }
  }
}

interface Entry {
  readonly principal: string
  readonly key: string
  readonly request_hash: string
}

function hashOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex')
}

/** Takes the key for this request, or answers what was answered before. */
async function begin(tx: Tx, entry: Entry): Promise<{ answer: unknown } | undefined> {
  const taken = await tx.db
    .insertInto('idempotency')
    .values(entry)
    .onConflict((conflict) =>
      conflict
        .columns(['principal', 'key'])
        .doUpdateSet({ request_hash: entry.request_hash, status: null, answer: null, created_at: tx.now })
        .where((where) =>
          where.or([
            where('idempotency.created_at', '<', sql<Date>`now() - ${keepHours} * interval '1 hour'`),
            where.and([
              where('idempotency.status', 'is', null),
              where(
                'idempotency.created_at',
                '<',
                sql<Date>`now() - ${abandonedSeconds} * interval '1 second'`,
              ),
            ]),
          ]),
        ),
    )
    .returning('key')
    .executeTakeFirst()
  if (taken !== undefined) return undefined
  const kept = await tx.db
    .selectFrom('idempotency')
    .selectAll()
    .where('principal', '=', entry.principal)
    .where('key', '=', entry.key)
    .executeTakeFirst()
  if (kept?.request_hash !== entry.request_hash) {
    throw new SlipwayError('conflict', 'This Idempotency-Key was used for another request.')
  }
  if (kept.status === null)
    throw new SlipwayError('conflict', 'The first request with this Idempotency-Key is still under way.')
  return { answer: kept.answer }
}

async function finish(tx: Tx, entry: Entry, answer: unknown): Promise<void> {
  await tx.db
    .updateTable('idempotency')
    .set({ status: 200, answer: JSON.stringify(answer ?? null) })
    .where('principal', '=', entry.principal)
    .where('key', '=', entry.key)
    .execute()
}

async function forget(tx: Tx, entry: Entry): Promise<void> {
  await tx.db
    .deleteFrom('idempotency')
    .where('principal', '=', entry.principal)
    .where('key', '=', entry.key)
    .execute()
}

/** Frees the answers of more than a day ago. */
export async function sweepAnswers(tx: Tx): Promise<void> {
  await tx.db
    .deleteFrom('idempotency')
    .where('created_at', '<', sql<Date>`now() - ${keepHours} * interval '1 hour'`)
    .execute()
}
