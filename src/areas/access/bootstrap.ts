import { type Principal, system } from '../../base/principal.ts'
import type { Store } from '../../store/store.ts'
import { firstAdministrator, projectByName, userByName } from './reader.ts'
import { createProject, createUser, updateUser } from './writer.ts'

export interface Bootstrapped {
  /** True on the first start, when the administrator was created. */
  readonly created: boolean
  readonly administrator: { readonly id: string; readonly name: string }
}

const platform: Principal = system('access')

/** Makes what must be there before anyone can log in: the project `default` and an administrator. Idempotent. */
export async function bootstrap(store: Store, adminName: string | undefined): Promise<Bootstrapped> {
  if ((await projectByName(store.read, 'default')) === undefined) {
    await store.transact(platform, (tx) =>
      createProject(tx, { name: 'default', description: 'The first project.' }),
    )
  }
  const first = await firstAdministrator(store.read)
  const named = adminName === undefined ? undefined : await userByName(store.read, adminName)
  if (named !== undefined && named.platform_role !== 'admin') {
    await store.transact(platform, (tx) => updateUser(tx, named, { platformRole: 'admin' }))
  }
  if (named !== undefined) return { created: false, administrator: { id: named.id, name: named.name } }
  if (first !== undefined && adminName === undefined) return { created: false, administrator: first }
  const administrator = await store.transact(platform, (tx) =>
    createUser(tx, { name: adminName ?? 'admin', platformRole: 'admin' }),
  )
  return { created: true, administrator }
}
