import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { members, projects, tokens, users } from '../../contract/access.ts'
import type { Store } from '../../store/store.ts'
import { linkOf, makeLoginLink, visibleProjects } from './login.ts'
import { membersOf, tokensWhere, type UserRow, userByName, usersAfter } from './reader.ts'
import { createLoginCode } from './session-writer.ts'
import { showMember, showProject, showToken, showUser } from './show.ts'
import { createToken, revoke } from './tokens.ts'
import { createProject, createUser, removeMember, setMember, updateUser } from './writer.ts'

const administer: Permission = { action: 'platform:admin', on: 'platform' }
const read: Permission = { action: 'project:read', on: 'project' }
const manage: Permission = { action: 'project:admin', on: 'project' }

export function accessRoutes(store: Store): Route[] {
  return [...userRoutes(store), ...projectRoutes(store), ...memberRoutes(store), ...tokenRoutes(store)]
}

function userRoutes(store: Store): Route[] {
  return [
    route(users.list, administer, async ({ query }) => {
      const limit = query.limit ?? 100
      const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, ['string'])[0]
      const rows = await usersAfter(store.read, after, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const next = rows.length > limit && last !== undefined ? { next: encodeCursor([last.name]) } : {}
      return { users: shown.map(showUser), ...next }
    }),
    route(users.create, administer, async ({ principal, body }) => {
      const made = await store.transact(principal, async (tx) => {
        const user = await createUser(tx, { name: body.name, platformRole: body.platform_role ?? null })
        return createLoginCode(tx, user)
      })
      return {
        user: showUser(await existing(store, body.name)),
        login: linkOf(body.name, made.code, made.expiresAt),
      }
    }),
    route(users.update, administer, async ({ principal, params, body }) => {
      const user = await existing(store, params.user)
      await store.transact(principal, (tx) =>
        updateUser(tx, user, { disabled: body.disabled, platformRole: body.platform_role }),
      )
      return showUser(await existing(store, params.user))
    }),
    route(users.link, administer, async ({ principal, params }) =>
      makeLoginLink(store, principal, await existing(store, params.user)),
    ),
  ]
}

function projectRoutes(store: Store): Route[] {
  const visible = async (call: Parameters<typeof visibleProjects>[1], name: string) => {
    const found = (await visibleProjects(store, call)).find((project) => project.name === name)
    if (found === undefined) throw new SlipwayError('not_found', `There is no project \`${name}\`.`)
    return showProject(found)
  }
  return [
    route(projects.list, 'authenticated', async ({ principal }) => ({
      projects: (await visibleProjects(store, principal)).map(showProject),
    })),
    route(projects.create, administer, async ({ principal, body }) => {
      await store.transact(principal, async (tx) => {
        const projectId = await createProject(tx, body)
        if (principal.kind !== 'user') return
        await setMember(tx, { projectId, userId: principal.id, user: principal.name, role: 'admin' })
      })
      return visible(principal, body.name)
    }),
    route(projects.get, read, ({ principal, project }) => visible(principal, project.name)),
  ]
}

function memberRoutes(store: Store): Route[] {
  return [
    route(members.list, read, async ({ project }) => ({
      members: (await membersOf(store.read, project.id)).map(showMember),
    })),
    route(members.set, manage, async ({ principal, project, params, body }) => {
      const user = await existing(store, params.user)
      await store.transact(principal, (tx) =>
        setMember(tx, { projectId: project.id, userId: user.id, user: user.name, role: body.role }),
      )
      const row = (await membersOf(store.read, project.id)).find(({ id }) => id === user.id)
      if (row === undefined) throw new SlipwayError('wrong_state', `\`${user.name}\` is disabled.`)
      return showMember(row)
    }),
    route(members.remove, manage, async ({ principal, project, params }) => {
      const user = await existing(store, params.user)
      await store.transact(principal, (tx) =>
        removeMember(tx, { projectId: project.id, userId: user.id, user: user.name }),
      )
      return {}
    }),
  ]
}

function tokenRoutes(store: Store): Route[] {
  return [
    route(tokens.list, 'authenticated', async ({ principal }) => ({
      tokens:
        principal.kind === 'user'
          ? (await tokensWhere(store.read, { userId: principal.id })).map(showToken)
          : [],
    })),
    route(tokens.listForProject, manage, async ({ project }) => ({
      tokens: (await tokensWhere(store.read, { projectId: project.id })).map(showToken),
    })),
    route(tokens.create, 'authenticated', ({ principal, body }) => createToken(store, principal, body)),
    route(tokens.revoke, 'authenticated', async ({ principal, params }) => {
      await revoke(store, principal, params.token)
      return {}
    }),
  ]
}

async function existing(store: Store, name: string): Promise<UserRow> {
  const user = await userByName(store.read, name)
  if (user !== undefined) return user
  throw new SlipwayError('not_found', `There is no user \`${name}\`. An administrator creates users.`)
}
