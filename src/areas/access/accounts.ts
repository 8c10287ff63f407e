import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import { createPerson, deletePerson, setPassword } from './account-writer.ts'
import { grantTo, type Person } from './grants/writer.ts'
import { type IdentityDeps, storedPassword } from './identity.ts'
import { checkPassword, hashPassword } from './password.ts'
import { type UserRow, userByName } from './reader.ts'
import { updateUser } from './writer.ts'

type Deps = Pick<IdentityDeps, 'store' | 'passwords' | 'configured'>

/** People who log in by name and password. */
export function createAccounts(deps: Deps, changed: () => void) {
  const { store } = deps

  async function find(name: string): Promise<UserRow | undefined> {
    const row = await userByName(store.read, name)
    return row === undefined || row.disabled_at !== null ? undefined : row
  }

  /** Fails with `not_found`. */
  async function get(name: string): Promise<UserRow> {
    const row = await find(name)
    if (row !== undefined) return row
    throw new SlipwayError('not_found', `User with username=${name} not found`)
  }

  async function isPasswordOf(row: UserRow, password: string): Promise<boolean> {
    return await deps.passwords.matches(password, await storedPassword(deps, row, row.name))
  }

  return {
    find,
    get,
    isPasswordOf,
    list: () =>
      store.read.selectFrom('users').selectAll().where('disabled_at', 'is', null).orderBy('number').execute(),
    /** A new person, who belongs to the project: may see it and make things in it. */
    async create(
      principal: Principal,
      person: { name: string; password: string },
      project: string,
    ): Promise<UserRow> {
      checkPassword(person.password)
      const password = await hashPassword(person.password)
      await store.transact(principal, async (tx) => {
        const made = await createPerson(tx, { name: person.name, password })
        await grantTo(tx, made, { project, type: 'workspace', resource: '*' }, 'USE')
      })
      changed()
      return get(person.name)
    },
    async setPassword(principal: Principal, name: string, password: string): Promise<void> {
      checkPassword(password)
      const person: Person = await get(name)
      const stored = await hashPassword(password)
      await store.transact(principal, (tx) => setPassword(tx, person, stored))
      changed()
    },
    async setAdministrator(principal: Principal, name: string, admin: boolean): Promise<void> {
      const person = await get(name)
      await store.transact(principal, (tx) =>
        updateUser(tx, person, { platformRole: admin ? 'admin' : null }),
      )
      changed()
    },
    async remove(principal: Principal, name: string): Promise<void> {
      const person = await get(name)
      await store.transact(principal, (tx) => deletePerson(tx, person))
      changed()
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>
