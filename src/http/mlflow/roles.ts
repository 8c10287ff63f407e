import {
  addGrant,
  assignRole,
  createRole,
  deleteRole,
  removeGrant,
  unassignRole,
  updateGrant,
  updateRole,
} from '../../areas/access/index.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { administersProject, grantView, isAdministrator, refuse, roleView } from './who.ts'

const base = '/3.0/mlflow/roles'
const roleId = { role_id: { type: 'int64', required: true } } as const
const grantId = { role_permission_id: { type: 'int64', required: true } } as const
const permission = { permission: { type: 'string', required: true } } as const
const member = { username: { type: 'string', required: true }, ...roleId } as const

type Asking = Pick<Call, 'principal' | 'access'>

/** The role, when the caller administers its project. Others are not told whether it exists. */
async function managed(call: Asking, id: number | bigint) {
  const found = await call.access.grants.role(Number(id)).catch(async (error: unknown) => {
    if (await isAdministrator(call)) throw error
    return refuse()
  })
  if (!(await administersProject(call, found.project))) refuse()
  return found
}

async function managedGrant(call: Asking, id: number | bigint) {
  const grant = await call.access.grants.grant(Number(id))
  if (grant === undefined) {
    if (!(await isAdministrator(call))) refuse()
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Role permission with id=${id} not found.`)
  }
  if (!(await administersProject(call, grant.project))) refuse()
  return grant
}

/** The role, when the caller has any part in its project. */
async function seen(call: Asking, id: number | bigint) {
  if (await isAdministrator(call)) return await call.access.grants.role(Number(id))
  const found = await call.access.grants.role(Number(id)).catch(() => refuse())
  if (!(await call.access.grants.presentIn(call.principal.id)).has(found.project)) refuse()
  return found
}

const ownRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'anyone',
    {
      name: { type: 'string', required: true },
      workspace: { type: 'string', required: true },
      description: { type: 'string' },
    },
    async (call) => {
      const { name, workspace, description } = call.request
      if (!(await administersProject(call, workspace))) refuse()
      const id = await call.access.grants.change(call.principal, (tx) =>
        createRole(tx, { project: workspace, name, description: description ?? null }),
      )
      return { role: roleView(await call.access.grants.role(id)) }
    },
  ),
  rpc('GET', `${base}/get`, 'anyone', roleId, async (call) => ({
    role: roleView(await seen(call, call.request.role_id)),
  })),
  rpc('GET', `${base}/list`, 'anyone', { workspace: { type: 'string', list: true } }, async (call) => {
    const { workspace } = call.request
    if (!(await isAdministrator(call))) {
      const present = await call.access.grants.presentIn(call.principal.id)
      if (workspace.length === 0 || !workspace.every((name) => present.has(name))) refuse()
    }
    const roles = await call.access.grants.roles(workspace.length === 0 ? undefined : workspace)
    return { roles: roles.map(roleView) }
  }),
  rpc(
    'PATCH',
    `${base}/update`,
    'anyone',
    { ...roleId, name: { type: 'string' }, description: { type: 'string' } },
    async (call) => {
      const { role_id: id, name, description } = call.request
      await managed(call, id)
      if (name === undefined && description === undefined) {
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          "At least one of 'name' or 'description' must be provided to update a role.",
        )
      }
      await call.access.grants.change(call.principal, (tx) =>
        updateRole(tx, Number(id), { name, description }),
      )
      return { role: roleView(await call.access.grants.role(Number(id))) }
    },
  ),
  rpc('DELETE', `${base}/delete`, 'anyone', roleId, async (call) => {
    await managed(call, call.request.role_id)
    await call.access.grants.change(call.principal, (tx) => deleteRole(tx, Number(call.request.role_id)))
    return {}
  }),
]

const grantRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/permissions/add`,
    'anyone',
    {
      ...roleId,
      resource_type: { type: 'string', required: true },
      resource_pattern: { type: 'string', required: true },
      ...permission,
    },
    async (call) => {
      const { role_id: id, resource_type: type, resource_pattern: resource } = call.request
      await managed(call, id)
      const made = await call.access.grants.change(call.principal, (tx) =>
        addGrant(tx, Number(id), { type, resource, permission: call.request.permission }),
      )
      return { role_permission: grantView(await managedGrant(call, made)) }
    },
  ),
  rpc('DELETE', `${base}/permissions/remove`, 'anyone', grantId, async (call) => {
    const { id } = await managedGrant(call, call.request.role_permission_id)
    await call.access.grants.change(call.principal, (tx) => removeGrant(tx, id))
    return {}
  }),
  rpc('GET', `${base}/permissions/list`, 'anyone', roleId, async (call) => ({
    role_permissions: (await seen(call, call.request.role_id)).grants.map(grantView),
  })),
  rpc('PATCH', `${base}/permissions/update`, 'anyone', { ...grantId, ...permission }, async (call) => {
    const { id } = await managedGrant(call, call.request.role_permission_id)
    await call.access.grants.change(call.principal, (tx) => updateGrant(tx, id, call.request.permission))
    return { role_permission: grantView(await managedGrant(call, id)) }
  }),
]

const memberRpcs: readonly Rpc[] = [
  rpc('POST', `${base}/assign`, 'anyone', member, async (call) => {
    const role = await managed(call, call.request.role_id)
    const user = await call.access.accounts.get(call.request.username)
    const id = await call.access.grants.change(call.principal, (tx) => assignRole(tx, role.id, user))
    return { assignment: { id, user_id: user.number, role_id: role.id } }
  }),
  rpc('DELETE', `${base}/unassign`, 'anyone', member, async (call) => {
    const role = await managed(call, call.request.role_id)
    const user = await call.access.accounts.get(call.request.username)
    await call.access.grants.change(call.principal, (tx) => unassignRole(tx, role.id, user))
    return {}
  }),
  rpc('GET', `${base}/users/list`, 'anyone', roleId, async (call) => {
    const role = await managed(call, call.request.role_id)
    const members = await call.access.grants.members(role.id)
    return {
      assignments: members.map((one) => ({ id: one.id, user_id: one.number, role_id: one.role_id })),
    }
  }),
]

export const roleRpcs: readonly Rpc[] = [...ownRpcs, ...grantRpcs, ...memberRpcs]
