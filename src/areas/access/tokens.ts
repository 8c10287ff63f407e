import { SlipwayError } from '../../base/error.ts'
import type { Principal, Role } from '../../base/principal.ts'
import type { NewToken, Token } from '../../contract/access.ts'
import type { Store } from '../../store/store.ts'
import { standingOn, tokensWhere } from './reader.ts'
import { effectiveRole, isAtLeast } from './role.ts'
import { showToken } from './show.ts'
import { issueToken, revokeToken } from './token-writer.ts'

const day = 24 * 3600_000
const defaultDays = 90

export interface TokenRequest {
  readonly name: string
  readonly project?: string
  readonly role?: Role
  readonly expires_in_days?: number
}

/** Makes a token for the caller that may do what the caller may now, or less. */
export async function createToken(
  store: Store,
  principal: Principal,
  request: TokenRequest,
): Promise<NewToken> {
  if (principal.kind !== 'user' || principal.scope?.runId !== undefined) {
    throw new SlipwayError('forbidden', 'Only people make tokens; a job has one already.')
  }
  const projectId = await projectFor(store, principal, request)
  const expiresAt = new Date(Date.now() + (request.expires_in_days ?? defaultDays) * day)
  const role = request.role ?? principal.scope?.role
  const { id, text } = await store.transact(principal, (tx) =>
    issueToken(tx, { userId: principal.id, name: request.name, projectId, role, expiresAt }),
  )
  return { token: await tokenOf(store, id), secret: text }
}

/** The project that the new token is for, after checking that it would not be worth more than its maker. */
async function projectFor(
  store: Store,
  principal: Principal & { kind: 'user' },
  request: TokenRequest,
): Promise<string | undefined> {
  const limit = principal.scope
  if (request.role !== undefined && limit?.role !== undefined && !isAtLeast(limit.role, request.role)) {
    throw new SlipwayError('forbidden', `Your own token acts as ${limit.role} at most.`)
  }
  if (request.project === undefined) return limit?.projectId
  const { project, ...standing } = await standingOn(store.read, principal.id, request.project)
  const role = project === undefined ? undefined : effectiveRole(principal, standing, project.id)
  if (project === undefined || role === undefined) {
    throw new SlipwayError('not_found', `There is no project \`${request.project}\` that you may see.`)
  }
  if (request.role !== undefined && !isAtLeast(role, request.role)) {
    throw new SlipwayError(
      'forbidden',
      `You are ${role} of \`${request.project}\`, which is less than ${request.role}.`,
    )
  }
  return project.id
}

/** Revokes one's own token, one that opens only a project that one administers, or any as an administrator. */
export async function revoke(store: Store, principal: Principal, id: string): Promise<void> {
  const [row] = await tokensWhere(store.read, { id })
  const userId = principal.kind === 'user' ? principal.id : null
  const standing = await standingOn(store.read, userId, row?.project_name ?? null)
  const scope = principal.kind === 'user' ? (principal.scope ?? {}) : undefined
  const owns =
    scope !== undefined &&
    row?.user_id === userId &&
    (scope.projectId === undefined || scope.projectId === row?.project_id)
  const administers =
    effectiveRole(principal, standing, row?.project_id ?? null) === 'admin' ||
    effectiveRole(principal, standing, null) === 'admin'
  if (row === undefined || !(owns || administers))
    throw new SlipwayError('not_found', `There is no token \`${id}\`.`)
  await store.transact(principal, (tx) => revokeToken(tx, { id, projectId: row.project_id }))
}

export async function tokenOf(store: Store, id: string): Promise<Token> {
  const [row] = await tokensWhere(store.read, { id })
  if (row === undefined) throw new SlipwayError('not_found', `There is no token \`${id}\`.`)
  return showToken(row)
}
