import { timingSafeEqual } from 'node:crypto'
import { type Principal, system, type TokenScope } from '../../base/principal.ts'
import { hashSecret, tokenId } from '../../base/token.ts'
import type { Store } from '../../store/store.ts'
import { type Caller, credentialsOf } from './credentials.ts'
import type { Passwords } from './password.ts'
import { firstAdministrator, liveSession, liveToken, type UserRow, userByName } from './reader.ts'
import { isReplacementDue } from './session.ts'
import { replaceSession } from './session-writer.ts'
import type { Throttle } from './throttle.ts'

/** Who calls, and how that is known. */
export interface Identity {
  readonly principal: Principal
  readonly via: 'session' | 'token' | 'password' | 'none'
  readonly expiresAt: Date | null
  /** A new id for the session's cookie, when it was time for one. */
  readonly replacement?: { readonly secret: string; readonly expiresAt: Date }
}

export interface IdentityDeps {
  readonly store: Store
  readonly throttle: Throttle
  readonly cookieName: string
  readonly modelServerSecret: string
  readonly passwords: Passwords
  /** The administrator's password from the configuration (its hash): good until one is set otherwise. */
  readonly configured: { readonly user: string; readonly password: Promise<string> } | undefined
  /** With --insecure-no-auth everyone is the administrator. */
  readonly open: boolean
}

/** How exact "last used" is; each use would otherwise cost a write. */
const seenEveryMs = 5 * 60_000

/** Finds out who calls. Undefined when the caller shows nothing, or nothing that is valid. */
export async function identify(deps: IdentityDeps, caller: Caller): Promise<Identity | undefined> {
  const shown = credentialsOf(caller, deps.cookieName)
  const known = await (async () => {
    if (shown.kind === 'bearer') return byToken(deps, shown.secret)
    if (shown.kind === 'password') return byPassword(deps, caller.ip, shown.user, shown.password)
    return shown.kind === 'session' ? bySession(deps, shown.secret) : undefined
  })()
  return known ?? (deps.open ? asAdministrator(deps) : undefined)
}

async function byToken(deps: IdentityDeps, secret: string): Promise<Identity | undefined> {
  if (same(hashSecret(secret), hashSecret(deps.modelServerSecret))) {
    return { principal: system('model-server'), via: 'token', expiresAt: null }
  }
  const id = tokenId(secret)
  const row = id === undefined ? undefined : await liveToken(deps.store.read, id)
  if (row === undefined || !same(row.hash, hashSecret(secret))) return undefined
  if (isOld(row.last_used_at)) await touch(deps.store, { table: 'tokens', id: row.id, userId: row.user_id })
  const scope = {
    ...(row.project_id === null ? {} : { projectId: row.project_id }),
    ...(row.role === null ? {} : { role: row.role }),
    ...(row.run_id === null ? {} : { runId: row.run_id }),
  } as TokenScope
  const principal: Principal =
    row.user_id === null
      ? { kind: 'job', id: row.job_id ?? row.id, name: row.name, scope }
      : { kind: 'user', id: row.user_id, name: row.user_name ?? '', tokenId: row.id, scope }
  return { principal, via: 'token', expiresAt: row.expires_at }
}

async function byPassword(
  deps: IdentityDeps,
  address: string,
  user: string,
  password: string,
): Promise<Identity | undefined> {
  const row = await userByName(deps.store.read, user)
  const stored = await storedPassword(deps, row, user)
  if (stored === undefined || !deps.passwords.recalls(password, stored)) {
    deps.throttle.check(address)
    if (!(await deps.passwords.matches(password, stored))) {
      deps.throttle.failed(address)
      return undefined
    }
  }
  if (row === undefined || row.disabled_at !== null) return undefined
  return { principal: { kind: 'user', id: row.id, name: row.name }, via: 'password', expiresAt: null }
}

/** What a given password is compared with. */
export async function storedPassword(
  deps: Pick<IdentityDeps, 'configured'>,
  row: UserRow | undefined,
  user: string,
): Promise<string | undefined> {
  if (row === undefined || row.password !== null) return row?.password ?? undefined
  return deps.configured?.user === user ? await deps.configured.password : undefined
}

async function bySession(deps: IdentityDeps, secret: string): Promise<Identity | undefined> {
  const hash = hashSecret(secret)
  const row = await liveSession(deps.store.read, hash)
  if (row === undefined) return undefined
  if (isOld(row.last_seen_at))
    await touch(deps.store, { table: 'users', id: row.user_id, userId: row.user_id })
  const identity: Identity = {
    principal: { kind: 'user', id: row.user_id, name: row.name },
    via: 'session',
    expiresAt: row.expires_at,
  }
  if (!isReplacementDue({ createdAt: row.created_at, replacedAt: row.replaced_at }, new Date()))
    return identity
  const replaced = await deps.store.housekeep((tx) => replaceSession(tx, hash))
  return replaced === undefined
    ? identity
    : { ...identity, replacement: { secret: replaced, expiresAt: row.expires_at } }
}

async function asAdministrator(deps: IdentityDeps): Promise<Identity | undefined> {
  const first = await firstAdministrator(deps.store.read)
  if (first === undefined) return undefined
  return { principal: { kind: 'user', ...first }, via: 'none', expiresAt: null }
}

/** Notes that a token or a user was seen. */
async function touch(
  store: Store,
  seen: { table: 'tokens' | 'users'; id: string; userId: string | null },
): Promise<void> {
  await store.housekeep(async (tx) => {
    if (seen.table === 'tokens') {
      await tx.db.updateTable('tokens').set({ last_used_at: tx.now }).where('id', '=', seen.id).execute()
    }
    if (seen.userId !== null) {
      await tx.db.updateTable('users').set({ last_seen_at: tx.now }).where('id', '=', seen.userId).execute()
    }
  })
}

function isOld(seen: Date | null): boolean {
  return seen === null || Date.now() - seen.getTime() > seenEveryMs
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
