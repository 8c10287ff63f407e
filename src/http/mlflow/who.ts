import type { GrantRole, GrantRow } from '../../areas/access/index.ts'
import { Denied } from './failure.ts'
import type { Call } from './rpc.ts'

type Asking = Pick<Call, 'principal' | 'access'>

export function refuse(): never {
  throw new Denied()
}

/** The person that calls. Tokens of jobs are nobody's. */
export async function sender(call: Asking) {
  if (call.principal.kind !== 'user') refuse()
  return await call.access.accounts.get(call.principal.name)
}

/** An administrator of the platform, by something that may do all that the person may. */
export async function isAdministrator(call: Asking): Promise<boolean> {
  const { principal } = call
  if (principal.kind !== 'user') return false
  if (principal.scope?.projectId !== undefined || principal.scope?.runId !== undefined) return false
  if (principal.scope?.role !== undefined && principal.scope.role !== 'admin') return false
  const user = await call.access.accounts.find(principal.name)
  return user?.platform_role === 'admin'
}

/** Who administers a project: of the platform, by a role there, or by a grant on all of it. */
export async function administersProject(call: Asking, project: string): Promise<boolean> {
  if (await isAdministrator(call)) return true
  if (call.principal.kind !== 'user' || call.principal.scope !== undefined) return false
  return (await call.access.grants.administeredBy(call.principal.id)).has(project)
}

/** Whether someone has anything to do with one of the projects. */
export async function administersAny(
  call: Asking,
  own: ReadonlySet<string>,
  userId: string,
): Promise<boolean> {
  const present = await call.access.grants.presentIn(userId)
  return [...own].some((project) => present.has(project))
}

export function roleView(role: GrantRole) {
  return {
    id: role.id,
    name: role.name,
    workspace: role.project,
    description: role.description,
    permissions: role.grants.map(grantView),
  }
}

export function grantView(grant: Pick<GrantRow, 'id' | 'roleId' | 'type' | 'resource' | 'permission'>) {
  return {
    id: grant.id,
    role_id: grant.roleId,
    resource_type: grant.type,
    resource_pattern: grant.resource,
    permission: grant.permission,
  }
}
