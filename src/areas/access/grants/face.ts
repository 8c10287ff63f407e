import { SlipwayError } from '../../../base/error.ts'
import type { Principal } from '../../../base/principal.ts'
import type { Store, Tx } from '../../../store/store.ts'
import {
  administeredBy,
  type GrantRole,
  grantById,
  grantsOn,
  membersOfRole,
  personalGrant,
  presentIn,
  rolesWhere,
} from './reader.ts'

/** Roles with grants, and what single people were granted. Each change is one transaction with its record. */
export function createGrants(store: Store, changed: () => void) {
  const { read } = store

  /** Fails with `not_found`. */
  async function role(id: number): Promise<GrantRole> {
    const [found] = await rolesWhere(read, { id })
    if (found !== undefined) return found
    throw new SlipwayError('not_found', `Role with id=${id} not found.`)
  }

  return {
    role,
    roles: (projects?: readonly string[]) =>
      rolesWhere(read, projects === undefined ? {} : { projects: [...projects] }),
    /** Roles of a person; with `personal` also what holds the grants to this person alone. */
    rolesOf: (userId: string, personal = false) => rolesWhere(read, { userId, personal }),
    members: (roleId: number) => membersOfRole(read, roleId),
    grant: (id: number) => grantById(read, id),
    personal: (at: { project: string; userId: string; type: string; resource: string }) =>
      personalGrant(read, at),
    on: (project: string) => grantsOn(read, project),
    administeredBy: (userId: string) => administeredBy(read, userId),
    presentIn: (userId: string) => presentIn(read, userId),
    async change<T>(principal: Principal, change: (tx: Tx) => Promise<T>): Promise<T> {
      const result = await store.transact(principal, change)
      changed()
      return result
    },
  }
}

export type Grants = ReturnType<typeof createGrants>
