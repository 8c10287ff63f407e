import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { UserName } from './access.ts'
import { Name, ProjectPath } from './names.ts'

export const GrantType = Type.Enum(['experiment', 'registered_model', 'prompt', 'scorer'])
export type GrantType = Static<typeof GrantType>

export const GrantedPermission = Type.Enum(['READ', 'USE', 'EDIT', 'MANAGE', 'DENY'])
export type GrantedPermission = Static<typeof GrantedPermission>

export const Grant = Type.Object({
  id: Type.Integer(),
  /** Who has it; null for what a role has. */
  user: Type.Union([UserName, Type.Null()]),
  /** The role that has it; null for one person's. */
  role: Type.Union([Type.String(), Type.Null()]),
  type: Type.String({ description: 'experiment, registered_model, prompt, workspace (all of it), …' }),
  resource: Type.String({ description: 'An id, of models and prompts the name; * for all of the type.' }),
  permission: Type.String({ description: 'READ, USE, EDIT, MANAGE, DENY or NO_PERMISSIONS.' }),
})
export type Grant = Static<typeof Grant>

export const grants = {
  list: endpoint({
    id: 'grants.list',
    method: 'GET',
    path: '/projects/:project/grants',
    summary: 'What people and roles were granted on single things of a project.',
    params: ProjectPath,
    reply: Type.Object({ grants: Type.Array(Grant) }),
  }),
  set: endpoint({
    id: 'grants.set',
    method: 'PUT',
    path: '/projects/:project/grants',
    summary:
      'Grants one person something on one thing, or on all of a type; replaces what was granted before.',
    params: ProjectPath,
    body: Type.Object({
      user: UserName,
      type: GrantType,
      resource: Type.String({ minLength: 1, maxLength: 255 }),
      permission: GrantedPermission,
    }),
    reply: Grant,
  }),
  remove: endpoint({
    id: 'grants.remove',
    method: 'DELETE',
    path: '/projects/:project/grants/:grant',
    summary: 'Takes back what one person was granted.',
    params: Type.Object({ project: Name, grant: Type.String({ pattern: '^[0-9]{1,9}$' }) }),
    reply: Type.Object({}),
  }),
}
