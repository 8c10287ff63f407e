import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { type Access, createAccess, createUser, setMember } from '../../src/areas/access/index.ts'
import { createAudit } from '../../src/areas/audit/index.ts'
import type { Area } from '../../src/base/area.ts'
import { silent } from '../../src/base/log.ts'
import { type Role, system } from '../../src/base/principal.ts'
import { createServer, createStatus, type HttpOptions } from '../../src/http/index.ts'
import { openTestStore, type TestStore } from './database.ts'

export interface TestServer extends AsyncDisposable {
  readonly server: FastifyInstance
  readonly store: TestStore
  readonly access: Access
  readonly administrator: { readonly id: string; readonly name: string }
  readonly projectId: string
  /** The headers of a user with the role in project `default`; `platform` for the administrator, `none` for no role. */
  as(role: Role | 'platform' | 'none'): Promise<{ authorization: string }>
}

export interface TestServerOptions {
  readonly http?: Partial<HttpOptions>
  readonly open?: boolean
  readonly admin?: { readonly user: string; readonly password?: string }
  readonly areas?: (deps: { store: TestStore; access: Access }) => readonly Area[]
  readonly plugins?: readonly FastifyPluginAsync[]
}

export const modelServerSecret = 'model-server-secret-of-tests'

/** A server over a fresh database, to be asked by `server.inject`; answers are checked against the contract. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const store = await openTestStore()
  const access = createAccess({
    store,
    modelServerSecret,
    open: options.open ?? false,
    ...(options.admin === undefined ? {} : { admin: options.admin }),
  })
  const { administrator } = await access.bootstrap()
  const project = await store.read
    .selectFrom('projects')
    .select('id')
    .where('name', '=', 'default')
    .executeTakeFirstOrThrow()
  const server = await createServer({
    http: { host: '127.0.0.1', port: 0, ...options.http },
    log: silent,
    version: '0.0.0-test',
    store,
    access,
    areas: [
      access.area,
      createAudit({ store }).area,
      createStatus({ store, version: '0.0.0-test' }).area,
      ...(options.areas?.({ store, access }) ?? []),
    ],
    ...(options.plugins === undefined ? {} : { plugins: options.plugins }),
    checkAnswers: true,
  })
  const tokens = new Map<string, string>()
  return {
    server,
    store,
    access,
    administrator,
    projectId: project.id,
    async as(role) {
      const token =
        tokens.get(role) ?? (await tokenFor(store, access, { role, administrator, projectId: project.id }))
      tokens.set(role, token)
      return { authorization: `Bearer ${token}` }
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await store[Symbol.asyncDispose]()
    },
  }
}

async function tokenFor(
  store: TestStore,
  access: Access,
  who: { role: Role | 'platform' | 'none'; administrator: { id: string }; projectId: string },
): Promise<string> {
  return store.transact(system('test'), async (tx) => {
    const { role, projectId } = who
    const userId =
      role === 'platform'
        ? who.administrator.id
        : (await createUser(tx, { name: `a-${role}`, platformRole: null })).id
    if (role !== 'platform' && role !== 'none')
      await setMember(tx, { projectId, userId, user: `a-${role}`, role })
    const expiresAt = new Date(Date.now() + 3600_000)
    return (await access.issueToken(tx, { userId, name: 'test', expiresAt })).text
  })
}
