import { type Principal, type Role, roles, type TokenScope } from '../../base/principal.ts'

/** What is known of a caller's standing: its own role on the platform, and as a member of the project asked about. */
export interface Standing {
  readonly platformRole: 'admin' | null
  readonly memberRole: Role | null
}

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}

/**
 * The role that a caller acts as on a project (or on the platform, when `projectId` is null): the owner's, cut down
 * to the scope of the token. Undefined when it has none there.
 */
export function effectiveRole(
  principal: Principal,
  standing: Standing,
  projectId: string | null,
): Role | undefined {
  if (principal.kind === 'system') return undefined
  const scope: TokenScope = principal.scope ?? {}
  if (scope.projectId !== undefined && scope.projectId !== projectId) return undefined
  if (principal.kind === 'job') return projectId === null ? undefined : (scope.role ?? 'contributor')
  const own = standing.platformRole ?? (projectId === null ? null : standing.memberRole)
  if (own === null) return undefined
  return scope.role === undefined || isAtLeast(scope.role, own) ? own : scope.role
}

/** A token of a run may write only to this run: the policy treats it apart. */
export function isRunScoped(principal: Principal): boolean {
  return principal.kind === 'job' || (principal.kind === 'user' && principal.scope?.runId !== undefined)
}
