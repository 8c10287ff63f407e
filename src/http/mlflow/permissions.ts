import {
  allows,
  checkGrant,
  type Granted,
  grantTo,
  levelOn,
  named,
  permissionOf,
  type ResourceType,
  resourceType,
  revokeFrom,
} from '../../areas/access/index.ts'
import { MlflowError } from './failure.ts'
import { scorerKey } from './references.ts'
import { type Call, type Method, type Rpc, rpc } from './rpc.ts'
import { administersProject, refuse } from './who.ts'

type Asking = Pick<Call, 'principal' | 'access' | 'project'>

const base = '/3.0/mlflow/users/permissions'
const text = { type: 'string', required: true } as const
const onThing = { username: text, resource_type: text, resource_id: text } as const

/** Whoever manages a thing says who else may do what with it. What is about all of a type is for administrators. */
async function mustManage(call: Asking, type: ResourceType, resource: string): Promise<void> {
  if (await administersProject(call, call.project.name)) return
  if (resource === '*') refuse()
  const reach = await call.access.reach(call.principal, call.project.name).catch(() => refuse())
  if (!allows(levelOn(reach, { type, id: resource }), 'manage')) refuse()
}

function single(text: string): ResourceType {
  const type = resourceType(text)
  if (type !== 'workspace') return type
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    "resource_type 'workspace' is not supported by the per-user permission convenience APIs. " +
      'Use set_workspace_permission / delete_workspace_permission for workspace-wide grants.',
  )
}

/** What one person may do with a thing, by role and by all grants. */
async function permissionFor(
  call: Asking,
  username: string,
  type: ResourceType,
  id: string,
): Promise<Granted> {
  const user = await call.access.accounts.get(username)
  const reach = await call.access.reach({ kind: 'user', id: user.id, name: user.name }, call.project.name)
  return named(levelOn(reach, { type, id }))
}

const unified: readonly Rpc[] = [
  rpc('POST', `${base}/grant`, 'anyone', { ...onThing, permission: text }, async (call) => {
    const { username, resource_id: resource, permission } = call.request
    const type = single(call.request.resource_type)
    await mustManage(call, type, resource)
    const granted = checkGrant(type, resource, permission)
    const user = await call.access.accounts.get(username)
    const at = { project: call.project.name, userId: user.id, type, resource }
    if ((await call.access.grants.personal(at)) !== undefined) {
      throw new MlflowError(
        'RESOURCE_ALREADY_EXISTS',
        `Permission for user=${username} on resource_type=${type}, resource_id=${resource} already exists.`,
      )
    }
    await call.access.grants.change(call.principal, (tx) => grantTo(tx, user, at, granted))
    return {}
  }),
  rpc('POST', `${base}/revoke`, 'anyone', onThing, async (call) => {
    const { username, resource_id: resource } = call.request
    const type = single(call.request.resource_type)
    await mustManage(call, type, resource)
    const user = await call.access.accounts.get(username)
    const at = { project: call.project.name, userId: user.id, type, resource }
    if ((await call.access.grants.personal(at)) === undefined) {
      throw new MlflowError(
        'RESOURCE_DOES_NOT_EXIST',
        `Permission for user=${username} on resource_type=${type}, resource_id=${resource} not found.`,
      )
    }
    await call.access.grants.change(call.principal, (tx) => revokeFrom(tx, user, at))
    return {}
  }),
  rpc('GET', `${base}/get`, 'anyone', onThing, async (call) => {
    const { username, resource_id: resource } = call.request
    const type = single(call.request.resource_type)
    if (call.principal.name !== username && !(await administersProject(call, call.project.name))) refuse()
    const permission = await permissionFor(call, username, type, resource)
    return { allowed: !['NO_PERMISSIONS', 'READ', 'DENY'].includes(permission), permission }
  }),
]

/** The routes of each type of thing, as clients before 3.13 have them. */
interface Legacy {
  readonly path: string
  readonly type: ResourceType
  /** The fields that name the thing, and what it is called by them. */
  readonly keys: readonly string[]
  readonly answer: string
  readonly words: string
}

const legacies: readonly Legacy[] = [
  {
    path: '/2.0/mlflow/experiments/permissions',
    type: 'experiment',
    keys: ['experiment_id'],
    answer: 'experiment_permission',
    words: 'Experiment permission',
  },
  {
    path: '/2.0/mlflow/registered-models/permissions',
    type: 'registered_model',
    keys: ['name'],
    answer: 'registered_model_permission',
    words: 'Registered model permission',
  },
  {
    path: '/3.0/mlflow/scorers/permissions',
    type: 'scorer',
    keys: ['experiment_id', 'scorer_name'],
    answer: 'scorer_permission',
    words: 'Scorer permission',
  },
]

function legacyRpcs({ path, type, keys, answer, words }: Legacy): readonly Rpc[] {
  const thing = Object.fromEntries(keys.map((key) => [key, text]))
  const declare = (
    method: Method,
    verb: string,
    extra: Record<string, typeof text>,
    handle: (call: Call, given: Given) => Promise<unknown>,
  ) =>
    rpc(method, `${path}/${verb}`, 'anyone', { username: text, ...thing, ...extra }, async (call) =>
      handle(call as unknown as Call, await givenOf(call as unknown as Call, type, keys)),
    )
  const missing = ({ ids, username }: Given) =>
    new MlflowError(
      'RESOURCE_DOES_NOT_EXIST',
      `${words} with ${listed(keys, ids)} and username=${username} not found`,
    )
  const existing = async (call: Call, given: Given) => {
    const found = await call.access.grants.personal(given.at)
    if (found === undefined) throw missing(given)
    return found
  }
  return [
    declare('POST', 'create', { permission: text }, async (call, given) => {
      const permission = permissionOf(given.permission)
      if ((await call.access.grants.personal(given.at)) !== undefined) {
        throw new MlflowError(
          'RESOURCE_ALREADY_EXISTS',
          `${words} (${listed(keys, given.ids)}, username=${given.username}) already exists.`,
        )
      }
      await call.access.grants.change(call.principal, (tx) => grantTo(tx, given.user, given.at, permission))
      return { [answer]: view(given, permission) }
    }),
    declare('GET', 'get', {}, async (call, given) => ({
      [answer]: view(given, (await existing(call, given)).permission),
    })),
    declare('PATCH', 'update', { permission: text }, async (call, given) => {
      const permission = permissionOf(given.permission)
      await existing(call, given)
      await call.access.grants.change(call.principal, (tx) => grantTo(tx, given.user, given.at, permission))
      return {}
    }),
    declare('DELETE', 'delete', {}, async (call, given) => {
      await existing(call, given)
      await call.access.grants.change(call.principal, (tx) => revokeFrom(tx, given.user, given.at))
      return {}
    }),
  ]
}

interface Given {
  readonly ids: Readonly<Record<string, string>>
  readonly username: string
  readonly permission: string
  readonly user: { readonly id: string; readonly name: string; readonly number: number }
  readonly at: {
    readonly project: string
    readonly userId: string
    readonly type: ResourceType
    readonly resource: string
  }
}

/** What a call of these is about, when the caller manages it. */
async function givenOf(call: Call, type: ResourceType, keys: readonly string[]): Promise<Given> {
  const request = call.request as Readonly<Record<string, string>>
  const ids = Object.fromEntries(keys.map((key) => [key, request[key] ?? '']))
  const [first = '', second] = keys.map((key) => ids[key] ?? '')
  const resource = second === undefined ? first : scorerKey(first, second)
  const { username = '', permission = '' } = request
  await mustManage(call, type, resource)
  const user = await call.access.accounts.get(username)
  const at = { project: call.project.name, userId: user.id, type, resource }
  return { ids, username, permission, user, at }
}

function view({ ids, user }: Given, permission: Granted) {
  return { ...ids, user_id: user.number, permission }
}

function listed(keys: readonly string[], ids: Readonly<Record<string, string>>): string {
  return keys.map((key) => `${key}=${ids[key]}`).join(', ')
}

export const permissionRpcs: readonly Rpc[] = [...unified, ...legacies.flatMap(legacyRpcs)]
