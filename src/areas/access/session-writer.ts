import { sql } from 'kysely'
import { hashSecret } from '../../base/token.ts'
import type { Tx } from '../../store/store.ts'
import { loginCodeMs, newSecret, replacedMs, sessionEnd } from './session.ts'

/** Makes a one-time code that logs the user in. */
export async function createLoginCode(
  tx: Tx,
  user: { id: string; name: string },
): Promise<{ code: string; expiresAt: Date }> {
  const code = newSecret()
  const expiresAt = new Date(tx.now.getTime() + loginCodeMs)
  await tx.db
    .insertInto('login_codes')
    .values({ hash: hashSecret(code), user_id: user.id, expires_at: expiresAt })
    .execute()
  await tx.audit({
    action: 'login_code.create',
    projectId: null,
    subjectType: 'user',
    subjectId: user.id,
    details: { name: user.name, expires_at: expiresAt },
  })
  return { code, expiresAt }
}

/** Uses a one-time code up; false when someone else has. */
export async function takeLoginCode(tx: Tx, hash: string): Promise<boolean> {
  const taken = await tx.db.deleteFrom('login_codes').where('hash', '=', hash).executeTakeFirst()
  return taken.numDeletedRows === 1n
}

export async function createSession(
  tx: Tx,
  user: { id: string; name: string },
): Promise<{ secret: string; expiresAt: Date }> {
  const secret = newSecret()
  const expiresAt = sessionEnd(tx.now)
  await tx.db
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: user.id, expires_at: expiresAt })
    .execute()
  await tx.audit({
    action: 'session.create',
    projectId: null,
    subjectType: 'user',
    subjectId: user.id,
    details: { name: user.name },
  })
  return { secret, expiresAt }
}

/** Gives a session a new id; the old one works on for a moment. Undefined when another request did so first. */
export async function replaceSession(tx: Tx, hash: string): Promise<string | undefined> {
  const old = await tx.db
    .updateTable('sessions')
    .set({
      replaced_at: tx.now,
      expires_at: sql<Date>`least(expires_at, now() + ${replacedMs} * interval '1 ms')`,
    })
    .where('hash', '=', hash)
    .where('replaced_at', 'is', null)
    .returning([
      'user_id',
      sql<Date>`(select s.expires_at from sessions s where s.hash = ${hash})`.as('expires_at'),
    ])
    .executeTakeFirst()
  if (old === undefined) return undefined
  const secret = newSecret()
  await tx.db
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: old.user_id, expires_at: old.expires_at })
    .execute()
  return secret
}

export async function endSession(tx: Tx, session: { hash: string; userId: string }): Promise<void> {
  await tx.db.deleteFrom('sessions').where('hash', '=', session.hash).execute()
  await tx.audit({ action: 'session.end', projectId: null, subjectType: 'user', subjectId: session.userId })
}

/** Forgets what has expired; tokens of people stay listed for a month. */
export async function sweep(tx: Tx): Promise<void> {
  await tx.db.deleteFrom('sessions').where('expires_at', '<', tx.now).execute()
  await tx.db.deleteFrom('login_codes').where('expires_at', '<', tx.now).execute()
  const month = new Date(tx.now.getTime() - 30 * 24 * 3600_000)
  await tx.db.deleteFrom('tokens').where('expires_at', '<', month).execute()
  await tx.db.deleteFrom('tokens').where('job_id', 'is not', null).where('expires_at', '<', tx.now).execute()
}
