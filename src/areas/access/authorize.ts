import type { ProjectRef } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { type Action, actions, type Permission } from '../../base/permission.ts'
import type { Principal, Role } from '../../base/principal.ts'
import type { Store } from '../../store/store.ts'
import type { Decisions } from './decisions.ts'
import type { Permission as Granted } from './grants/permission.ts'
import { belongs, type Grant, isUnlimited, mayOn, type Reach, type Thing } from './grants/reach.ts'
import { standingOn } from './reader.ts'
import { effectiveRole, isAtLeast, isRunScoped } from './role.ts'

export interface AuthorizeDeps {
  readonly store: Store
  readonly decisions: Decisions
  /** What those may do with others' things who belong to a project without a role. */
  readonly standard: Granted
  /** Where the things lie that a path names, from the innermost; none when it names none that can be granted. */
  readonly placesOf: (projectId: string, named: Named) => Promise<readonly (readonly Thing[])[]>
}

/** What the path of a route names. */
export type Named = Readonly<Record<string, unknown>>

/** A call that may be made in a project. */
export interface Admitted {
  readonly project: ProjectRef
  /** Set when it depends on the thing: then each thing that the call is about must be asked for. */
  readonly reach: Reach | undefined
}

/** Actions on things that can be granted one by one. */
const grantable: readonly Action[] = [
  'project:read',
  'runs:read',
  'runs:write',
  'models:read',
  'models:write',
]
/** What no grant adds to a role: it takes a role, or belonging to the project without one. */
const promote: Action = 'models:promote'

/**
 * Lets the call pass or throws `unauthenticated`, `forbidden` or `not_found`. Answers the project that the call is
 * about. Who has no role in a project is told that there is none: names of others' projects are not for guessing.
 */
export async function authorize(
  deps: AuthorizeDeps,
  principal: Principal | undefined,
  permission: Permission,
  projectName?: string,
  named: Named = {},
): Promise<ProjectRef | undefined> {
  if (permission === 'public') return undefined
  if (principal === undefined) throw new SlipwayError('unauthenticated', 'This needs you to be logged in.')
  if (permission === 'authenticated') return undefined
  if (permission === 'model-server') {
    if (principal.id === 'system:model-server') return undefined
    throw new SlipwayError('forbidden', 'Only model servers may do this.')
  }
  const { action, on } = permission
  const asked = on === 'project' ? (projectName ?? '') : null
  if (asked === null) {
    const { role } = await decide(deps, principal, action, null)
    if (!(await mayByRole(deps, principal, role, action))) throw forbidden(principal, action, role, null)
    return undefined
  }
  const { project, reach } = await admit(deps, principal, action, asked)
  if (reach === undefined) return project
  if (action === 'project:read' && belongs(reach)) return project
  const places = await deps.placesOf(project.id, named)
  const capability = action.endsWith(':read') ? 'read' : 'update'
  const open = places.length > 0 && places.every((place) => mayOn(reach, capability, place))
  if (open) return project
  if (reach.role === undefined) throw unknown(asked)
  throw new SlipwayError('forbidden', `Some of this in project \`${asked}\` is denied to you by a grant.`)
}

/**
 * As `authorize` on a project, for callers of interfaces that ask about each thing: it also admits who may do so by
 * grants on single things, and says so when not every thing in the project is theirs.
 */
export async function admit(
  deps: AuthorizeDeps,
  principal: Principal,
  action: Action,
  projectName: string,
): Promise<Admitted> {
  const { project, role, reach } = await decide(deps, principal, action, projectName)
  if (project === undefined) throw unknown(projectName)
  if (await mayByRole(deps, principal, role, action)) {
    return { project, reach: isUnlimited(reach) || !isGrantable(action) ? undefined : reach }
  }
  const byGrants = principal.kind === 'user' && reach.grants.length > 0
  if (role === undefined && !byGrants) throw unknown(projectName)
  const open = grantable.includes(action) || (action === promote && role === undefined)
  if (!byGrants || !open) throw forbidden(principal, action, role, projectName)
  return { project, reach }
}

/** How far a caller reaches in a project, for what depends on single things. */
export async function reachIn(
  deps: AuthorizeDeps,
  principal: Principal,
  projectName: string,
): Promise<Reach> {
  return (await decide(deps, principal, 'project:read', projectName)).reach
}

async function decide(deps: AuthorizeDeps, principal: Principal, action: Action, asked: string | null) {
  const userId = principal.kind === 'user' ? principal.id : null
  const { project, grants, ...standing } = await standingOn(deps.store.read, userId, asked)
  if (asked !== null && project === undefined) throw unknown(asked)
  const role = effectiveRole(principal, standing, project?.id ?? null)
  const scoped = principal.kind !== 'system' && isCut(principal, project, action)
  return {
    project,
    role,
    reach: { role, grants: scoped ? denials(grants) : grants, standard: deps.standard },
  }
}

/** A token for another project, for one run or of a role that may less: grants add nothing to it. */
function isCut(
  principal: Exclude<Principal, { kind: 'system' }>,
  project: ProjectRef | undefined,
  action: Action,
): boolean {
  const { scope } = principal
  if (scope === undefined) return false
  if (scope.projectId !== undefined && scope.projectId !== project?.id) return true
  if (scope.runId !== undefined) return true
  return scope.role !== undefined && !isAtLeast(scope.role, actions[action])
}

function denials(grants: readonly Grant[]): Grant[] {
  return grants.filter(({ permission }) => permission === 'DENY')
}

async function mayByRole(
  deps: AuthorizeDeps,
  principal: Principal,
  role: Role | undefined,
  action: Action,
): Promise<boolean> {
  if (role === undefined) return false
  return await deps.decisions.allows({ role, runScoped: isRunScoped(principal), action })
}

function isGrantable(action: Action): boolean {
  return grantable.includes(action) || action === promote
}

function forbidden(
  principal: Principal,
  action: Action,
  role: Role | undefined,
  asked: string | null,
): SlipwayError {
  const place = asked === null ? 'on the platform' : `in project \`${asked}\``
  return new SlipwayError('forbidden', `\`${principal.name}\` may not do this ${place}.`, {
    facts: { action, needs: actions[action], has: role ?? null },
  })
}

function unknown(project: string): SlipwayError {
  return new SlipwayError('not_found', `There is no project \`${project}\` that you may see.`)
}
