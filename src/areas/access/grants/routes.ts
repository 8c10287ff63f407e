import { type Route, route } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import { grants } from '../../../contract/grants.ts'
import type { Store } from '../../../store/store.ts'
import { userByName } from '../reader.ts'
import { checkGrant, resourceType } from './permission.ts'
import { grantById, grantsOn, personalGrant } from './reader.ts'
import { grantTo, removeGrant } from './writer.ts'

const manage = { action: 'project:admin', on: 'project' } as const

/** Grants on single things, for administrators of the project. */
export function grantRoutes(store: Store, changed: () => void): Route[] {
  return [
    route(grants.list, manage, async ({ project }) => ({
      grants: (await grantsOn(store.read, project.name)).map((row) => ({
        id: row.id,
        user: row.user,
        role: row.user === null ? row.role : null,
        type: row.resource_type,
        resource: row.resource,
        permission: row.permission,
      })),
    })),
    route(grants.set, manage, async ({ principal, project, body }) => {
      const user = await userByName(store.read, body.user)
      if (user === undefined) throw new SlipwayError('not_found', `There is no user \`${body.user}\`.`)
      const type = resourceType(body.type)
      const permission = checkGrant(type, body.resource, body.permission)
      const at = { project: project.name, type, resource: body.resource }
      await store.transact(principal, (tx) => grantTo(tx, user, at, permission))
      changed()
      const made = await personalGrant(store.read, { ...at, userId: user.id })
      return { id: made?.id ?? 0, user: user.name, role: null, type, resource: body.resource, permission }
    }),
    route(grants.remove, manage, async ({ principal, project, params }) => {
      const grant = await grantById(store.read, Number(params.grant))
      if (grant === undefined || grant.project !== project.name) {
        throw new SlipwayError('not_found', `There is no grant ${params.grant} in this project.`)
      }
      await store.transact(principal, (tx) => removeGrant(tx, grant.id))
      changed()
      return {}
    }),
  ]
}
