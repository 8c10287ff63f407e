import type { Area, ProjectRef } from '../../base/area.ts'
import type { Action, Permission } from '../../base/permission.ts'
import type { Principal } from '../../base/principal.ts'
import type { LoginLink, Me, NewToken } from '../../contract/access.ts'
import type { Store } from '../../store/store.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { type Admitted, type AuthorizeDeps, admit, authorize, type Named, reachIn } from './authorize.ts'
import { type Bootstrapped, bootstrap } from './bootstrap.ts'
import type { Caller } from './credentials.ts'
import { createDecisions } from './decisions.ts'
import { createGrants, type Grants } from './grants/face.ts'
import type { Permission as Granted } from './grants/permission.ts'
import type { Reach } from './grants/reach.ts'
import { grantRoutes } from './grants/routes.ts'
import { type Identity, type IdentityDeps, identify } from './identity.ts'
import { describe, exchange, type LoginRequest, login, logout, makeLoginLink, type Session } from './login.ts'
import { createPasswords, hashPassword } from './password.ts'
import { inferenceTokens, membersOf, projectById } from './reader.ts'

import { accessRoutes } from './routes.ts'
import { sweep } from './session-writer.ts'
import { createThrottle } from './throttle.ts'
import { issueJobToken, issueToken, revokeJobTokens } from './token-writer.ts'
import { createWorkspaces, type Workspaces } from './workspaces.ts'

export type { Accounts } from './accounts.ts'
export type { Admitted } from './authorize.ts'
export type { Caller } from './credentials.ts'
export type { Grants } from './grants/face.ts'
export {
  allows,
  type Capability,
  checkGrant,
  named,
  type Permission as Granted,
  permissionOf,
  type ResourceType,
  resourceType,
} from './grants/permission.ts'
export {
  belongs,
  levelOn,
  mayOn,
  type Reach,
  type Thing,
  type Visible,
  visible,
} from './grants/reach.ts'
export type { GrantRole, GrantRow } from './grants/reader.ts'
export {
  addGrant,
  assignRole,
  createRole,
  deleteRole,
  forgetThing,
  grantCreator,
  grantTo,
  removeGrant,
  renameThing,
  revokeFrom,
  unassignRole,
  updateGrant,
  updateRole,
} from './grants/writer.ts'
export type { Identity } from './identity.ts'
export { createProject, createUser, setMember } from './writer.ts'
export { issueJobToken, issueToken, revokeJobTokens }

export interface AccessDeps {
  readonly store: Store
  /** What model servers show of themselves. */
  readonly modelServerSecret: string
  /** The administrator's name and password, where configured. */
  readonly admin?: { readonly user: string; readonly password?: string }
  /** --insecure-no-auth: everyone is the administrator. */
  readonly open?: boolean
  /** What those may do with others' things who belong to a project without a role. Default: READ. */
  readonly standard?: Granted
  /** Browsers share cookies between the ports of a host: platforms on different ports need different names. */
  readonly cookieName?: string
}

export type PlacesOf = AuthorizeDeps['placesOf']

/** People, tokens, sessions and roles: who calls, and whether it may. */
export interface Access {
  readonly area: Area
  readonly cookieName: string
  readonly modelServerSecret: string
  /** Everyone is the administrator, so it is not known who calls. */
  readonly open: boolean
  /** Loads what the first decision would otherwise wait for. */
  prepare(): Promise<void>
  /** Makes the default project and the administrator where missing. */
  bootstrap(): Promise<Bootstrapped>
  /** Who sends this request (a Fastify request will do); undefined when it shows nothing valid. */
  authenticate(caller: Caller): Promise<Principal | undefined>
  /** As `authenticate`, with how it is known. */
  identify(caller: Caller): Promise<Identity | undefined>
  /** Passes or throws; answers the project of a permission on a project. */
  authorize(
    principal: Principal | undefined,
    permission: Permission,
    projectName?: string,
    /** What the path names: single things may be open, or denied, to some. */
    named?: Named,
  ): Promise<ProjectRef | undefined>
  /** Tells where things lie; until then nothing that depends on single things is open. */
  knowPlaces(placesOf: PlacesOf): void
  /** As `authorize` on a project, for interfaces that ask about single things as well. */
  admit(principal: Principal, action: Action, projectName: string): Promise<Admitted>
  /** How far a caller reaches in a project, for what depends on single things. */
  reach(principal: Principal, projectName: string): Promise<Reach>
  readonly accounts: Accounts
  readonly grants: Grants
  readonly workspaces: Workspaces
  /** Counts changes made here of who may do what: what was decided before the last is to be decided again. */
  version(): number
  /** For callers whose token opens one project only, which they need not name. */
  projectName(id: string): Promise<string | undefined>
  /** Who sees a project: its members and the administrators. */
  people(projectId: string): Promise<{ id: string; name: string }[]>
  describe(identity: Identity): Promise<Me>
  login(request: LoginRequest, address: string): Promise<Session>
  logout(caller: Caller): Promise<void>
  exchange(
    request: { code: string; name: string; expires_in_days?: number },
    address: string,
  ): Promise<NewToken>
  makeLoginLink(principal: Principal, user: { id: string; name: string }): Promise<LoginLink>
  /** One row for each project that a live token opens (so an id may come twice); `projectId` null: every project. */
  inferenceTokens(
    projectId?: string,
  ): Promise<{ id: string; hash: string; projectId: string | null; expiresAt: Date }[]>
  issueToken: typeof issueToken
  issueJobToken: typeof issueJobToken
  revokeJobTokens: typeof revokeJobTokens
}

export function createAccess(deps: AccessDeps): Access {
  const { store, admin } = deps
  const identity: IdentityDeps = {
    store,
    throttle: createThrottle(),
    cookieName: deps.cookieName ?? 'slipway_session',
    modelServerSecret: deps.modelServerSecret,
    passwords: createPasswords(),
    configured:
      admin?.password === undefined
        ? undefined
        : { user: admin.user, password: hashPassword(admin.password) },
    open: deps.open ?? false,
  }
  const decisions = createDecisions()
  let known: PlacesOf = async () => []
  const deciding: AuthorizeDeps = {
    store,
    decisions,
    standard: deps.standard ?? 'READ',
    placesOf: (projectId, named) => known(projectId, named),
  }
  let version = 0
  const changed = () => {
    version++
  }
  return {
    area: {
      name: 'access',
      routes: [...accessRoutes(store), ...grantRoutes(store, changed)],
      work: [
        {
          kind: 'access.sweep',
          async handle(_item, attempt) {
            await store.housekeep(async (tx) => {
              await tx.fence(attempt)
              await sweep(tx)
            })
            return undefined
          },
        },
      ],
      schedules: [{ name: 'access.sweep', every: '17 * * * *', kind: 'access.sweep' }],
    },
    cookieName: identity.cookieName,
    modelServerSecret: deps.modelServerSecret,
    open: identity.open,
    prepare: () => decisions.prepare(),
    bootstrap: () => bootstrap(store, admin?.user),
    authenticate: async (caller) => (await identify(identity, caller))?.principal,
    identify: (caller) => identify(identity, caller),
    authorize: (principal, permission, project, named) =>
      authorize(deciding, principal, permission, project, named),
    knowPlaces(placesOf) {
      known = placesOf
    },
    admit: (principal, action, project) => admit(deciding, principal, action, project),
    reach: (principal, project) => reachIn(deciding, principal, project),
    accounts: createAccounts(identity, changed),
    grants: createGrants(store, changed),
    workspaces: createWorkspaces(store, changed),
    version: () => version,
    projectName: async (id) => (await projectById(store.read, id))?.name,
    people: async (id) => (await membersOf(store.read, id)).map(({ id, name }) => ({ id, name })),
    describe: (who) => describe(store, who),
    login: (request, address) => login(identity, request, address),
    logout: (caller) => logout(identity, caller),
    exchange: (request, address) => exchange(identity, request, address),
    makeLoginLink: (principal, user) => makeLoginLink(store, principal, user),
    inferenceTokens: (projectId) => inferenceTokens(store.read, projectId),
    issueToken,
    issueJobToken,
    revokeJobTokens,
  }
}
