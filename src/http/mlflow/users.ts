import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { administersAny, isAdministrator, refuse, roleView, sender } from './who.ts'

const base = '/2.0/mlflow/users'
const username = { username: { type: 'string', required: true } } as const

function userView(user: { number: number; name: string; platform_role: string | null }) {
  return {
    id: user.number,
    username: user.name,
    is_admin: user.platform_role === 'admin',
    // Clients before 3.13 fail without these; grants have calls of their own since.
    experiment_permissions: [],
    registered_model_permissions: [],
    scorer_permissions: [],
  }
}

async function asAdministrator(call: Pick<Call, 'principal' | 'access'>): Promise<void> {
  if (!(await isAdministrator(call))) refuse()
}

/** Oneself, or an administrator. */
async function asSelf(call: Pick<Call, 'principal' | 'access'>, name: string): Promise<void> {
  if (call.principal.name !== name) await asAdministrator(call)
}

const passwordsAreWrong = (message: string) => new MlflowError('INVALID_PARAMETER_VALUE', message)

export const userRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    `${base}/create`,
    'anyone',
    { username: { type: 'string' }, password: { type: 'string' } },
    async (call) => {
      await asAdministrator(call)
      const { username: name, password } = call.request
      if (!name || !password) throw passwordsAreWrong('Username and password cannot be empty.')
      const made = await call.access.accounts.create(call.principal, { name, password }, call.project.name)
      return { user: userView(made) }
    },
  ),
  rpc('GET', `${base}/get`, 'anyone', username, async (call) => {
    await asSelf(call, call.request.username)
    return { user: userView(await call.access.accounts.get(call.request.username)) }
  }),
  rpc('GET', `${base}/current`, 'anyone', {}, async (call) => ({
    user: userView(await sender(call)),
    is_basic_auth: true,
  })),
  rpc('GET', `${base}/list`, 'anyone', {}, async (call) => {
    const all = await isAdministrator(call)
    const own = await call.access.grants.administeredBy(call.principal.id)
    if (!all && own.size === 0 && !(await call.access.grants.presentIn(call.principal.id)).size) refuse()
    const users = await call.access.accounts.list()
    return {
      users: await Promise.all(
        users.map(async (user) => {
          const roles = await call.access.grants.rolesOf(user.id)
          const seen = all || user.id === call.principal.id ? roles : roles.filter((r) => own.has(r.project))
          return { ...userView(user), roles: seen.map(roleView) }
        }),
      ),
    }
  }),
  rpc(
    'PATCH',
    `${base}/update-password`,
    'anyone',
    {
      ...username,
      password: { type: 'string', required: true },
      current_password: { type: 'string' },
    },
    async (call) => {
      const { username: name, password, current_password: current } = call.request
      await asSelf(call, name)
      if (call.principal.name === name) await checkCurrent(call, password, current)
      await call.access.accounts.setPassword(call.principal, name, password)
      return {}
    },
  ),
  rpc(
    'PATCH',
    `${base}/update-admin`,
    'anyone',
    { ...username, is_admin: { type: 'bool', required: true } },
    async (call) => {
      await asAdministrator(call)
      await call.access.accounts.setAdministrator(
        call.principal,
        call.request.username,
        call.request.is_admin,
      )
      return {}
    },
  ),
  rpc('DELETE', `${base}/delete`, 'anyone', username, async (call) => {
    await asAdministrator(call)
    if (call.request.username === call.principal.name) {
      throw new MlflowError(
        'BAD_REQUEST',
        'Users cannot delete their own account. Ask another admin to delete this user instead.',
      )
    }
    await call.access.accounts.remove(call.principal, call.request.username)
    return {}
  }),
  rpc('GET', '/3.0/mlflow/users/current/permissions', 'anyone', {}, async (call) => {
    const user = await sender(call)
    return await permissionsOf(call, user)
  }),
  rpc('GET', '/3.0/mlflow/users/permissions/list', 'anyone', username, async (call) => {
    const { seen, user } = await visibleUser(call, call.request.username)
    const { is_admin, permissions } = await permissionsOf(call, user)
    return { is_admin, permissions: permissions.filter((one) => seen(one.workspace)) }
  }),
  rpc('GET', '/3.0/mlflow/users/roles/list', 'anyone', username, async (call) => {
    const { seen, user } = await visibleUser(call, call.request.username)
    const roles = await call.access.grants.rolesOf(user.id)
    return { roles: roles.filter((role) => seen(role.project)).map(roleView) }
  }),
]

/** Whoever changes the own password knows the old one: a session that was left open is not enough. */
async function checkCurrent(call: Call, password: string, current: string | undefined): Promise<void> {
  if (!current) throw passwordsAreWrong('Current password is required when changing your own password.')
  const user = await call.access.accounts.get(call.principal.name)
  if (!(await call.access.accounts.isPasswordOf(user, current))) {
    throw passwordsAreWrong('Current password does not match.')
  }
  if (password === current) throw passwordsAreWrong('New password must differ from the current password.')
}

/** A user of whom the caller may see at least something: all for oneself and administrators. */
async function visibleUser(call: Pick<Call, 'principal' | 'access'>, name: string) {
  if (call.principal.name === name || (await isAdministrator(call))) {
    return { user: await call.access.accounts.get(name), seen: () => true }
  }
  const user = await call.access.accounts.find(name)
  const own = await call.access.grants.administeredBy(call.principal.id)
  if (user === undefined || !(await administersAny(call, own, user.id))) return refuse()
  return { user, seen: (project: string) => own.has(project) }
}

async function permissionsOf(call: Pick<Call, 'access'>, user: { id: string; platform_role: string | null }) {
  const roles = await call.access.grants.rolesOf(user.id, true)
  return {
    is_admin: user.platform_role === 'admin',
    permissions: roles.flatMap((role) =>
      role.grants.map((grant) => ({
        role_id: role.id,
        role_name: role.name,
        workspace: role.project,
        resource_type: grant.type,
        resource_pattern: grant.resource,
        permission: grant.permission,
      })),
    ),
  }
}
