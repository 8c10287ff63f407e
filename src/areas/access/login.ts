import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import { hashSecret } from '../../base/token.ts'
import type { LoginLink, Me, NewToken } from '../../contract/access.ts'
import type { Store } from '../../store/store.ts'
import { type Caller, cookie } from './credentials.ts'
import { type Identity, type IdentityDeps, storedPassword } from './identity.ts'
import { liveLoginCode, liveSession, projectById, projectsOf, standingOn, userByName } from './reader.ts'
import { effectiveRole } from './role.ts'
import { createLoginCode, createSession, endSession, takeLoginCode } from './session-writer.ts'
import { issueToken } from './token-writer.ts'
import { tokenOf } from './tokens.ts'

const day = 24 * 3600_000

export interface Session {
  readonly secret: string
  readonly expiresAt: Date
  readonly identity: Identity
}

export interface LoginRequest {
  readonly code?: string
  readonly user?: string
  readonly password?: string
}

/** Logs a browser in: with a one-time code, or with a name and password. */
export async function login(deps: IdentityDeps, request: LoginRequest, address: string): Promise<Session> {
  deps.throttle.check(address)
  const user = await userFor(deps, request)
  if (user === undefined) {
    deps.throttle.failed(address)
    throw refused(request)
  }
  const principal: Principal = { kind: 'user', ...user }
  const session = await deps.store.transact(principal, async (tx) => {
    if (request.code !== undefined && !(await takeLoginCode(tx, hashSecret(request.code))))
      throw refused(request)
    return createSession(tx, user)
  })
  return { ...session, identity: { principal, via: 'session', expiresAt: session.expiresAt } }
}

async function userFor(
  deps: IdentityDeps,
  request: LoginRequest,
): Promise<{ id: string; name: string } | undefined> {
  if (request.code !== undefined) {
    const row = await liveLoginCode(deps.store.read, hashSecret(request.code))
    return row === undefined ? undefined : { id: row.user_id, name: row.name }
  }
  const { user = '', password = '' } = request
  const row = await userByName(deps.store.read, user)
  if (!(await deps.passwords.matches(password, await storedPassword(deps, row, user)))) return undefined
  return row === undefined || row.disabled_at !== null ? undefined : { id: row.id, name: row.name }
}

function refused(request: LoginRequest): SlipwayError {
  const what =
    request.code === undefined ? 'The name or password is wrong' : 'This code is used, expired or mistyped'
  return new SlipwayError('unauthenticated', `${what}. \`slipway login --link\` makes a new link.`)
}

/** Exchanges a one-time code for a bearer token. */
export async function exchange(
  deps: IdentityDeps,
  request: { code: string; name: string; expires_in_days?: number },
  address: string,
): Promise<NewToken> {
  deps.throttle.check(address)
  const user = await userFor(deps, { code: request.code })
  if (user === undefined) {
    deps.throttle.failed(address)
    throw refused(request)
  }
  const expiresAt = new Date(Date.now() + (request.expires_in_days ?? 90) * day)
  const { id, text } = await deps.store.transact({ kind: 'user', ...user }, async (tx) => {
    if (!(await takeLoginCode(tx, hashSecret(request.code)))) throw refused(request)
    return issueToken(tx, { userId: user.id, name: request.name, expiresAt })
  })
  return { token: await tokenOf(deps.store, id), secret: text }
}

/** Ends the session of the caller's cookie; nothing to do when there is none. */
export async function logout(deps: IdentityDeps, caller: Caller): Promise<void> {
  const secret = cookie(caller.headers.cookie, deps.cookieName)
  const row = secret === undefined ? undefined : await liveSession(deps.store.read, hashSecret(secret))
  if (row === undefined) return
  await deps.store.transact({ kind: 'user', id: row.user_id, name: row.name }, (tx) =>
    endSession(tx, { hash: row.hash, userId: row.user_id }),
  )
}

/** Who the caller is and what it may do where. */
export async function describe(store: Store, identity: Identity): Promise<Me> {
  const { principal } = identity
  const standing = await standingOn(store.read, principal.kind === 'user' ? principal.id : null, null)
  return {
    user: { id: principal.id, name: principal.name, kind: principal.kind },
    platform_role: effectiveRole(principal, standing, null) === 'admin' ? 'admin' : null,
    projects: await visibleProjects(store, principal).then((list) =>
      list.map(({ name, role }) => ({ name, role })),
    ),
    auth: identity.via,
    expires_at: identity.expiresAt?.toISOString() ?? null,
  }
}

/** The projects that a caller may see, each with the role it has there. */
export async function visibleProjects(store: Store, principal: Principal) {
  if (principal.kind === 'system') return []
  if (principal.kind === 'job') {
    const project = await projectById(store.read, principal.scope.projectId ?? '')
    return project === undefined
      ? []
      : [{ ...project, role: principal.scope.role ?? ('contributor' as const) }]
  }
  const { platformRole } = await standingOn(store.read, principal.id, null)
  const rows = await projectsOf(store.read, { id: principal.id, platformAdmin: platformRole === 'admin' })
  return rows.flatMap((row) => {
    const role = effectiveRole(principal, { platformRole, memberRole: row.role }, row.id)
    return role === undefined ? [] : [{ ...row, role }]
  })
}

/** Makes a link that logs the user in, once. */
export async function makeLoginLink(
  store: Store,
  principal: Principal,
  user: { id: string; name: string },
): Promise<LoginLink> {
  const { code, expiresAt } = await store.transact(principal, (tx) => createLoginCode(tx, user))
  return linkOf(user.name, code, expiresAt)
}

export function linkOf(user: string, code: string, expiresAt: Date): LoginLink {
  return { user, code, path: `/login#${code}`, expires_at: expiresAt.toISOString() }
}
