import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { roles } from '../base/principal.ts'
import { Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

export const Role = Type.Enum([...roles])
/** What people log in with and are mentioned by: not a display name. */
export const UserName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$' })
const Label = Type.String({ minLength: 1, maxLength: 100 })
/** 1 day to 1 year: no token lives for ever. */
const Days = Type.Integer({ minimum: 1, maximum: 366 })
const Secret = Type.String({ minLength: 1, maxLength: 256 })
const Nothing = Type.Object({})

export const Me = Type.Object({
  user: Type.Object({ id: Type.String(), name: Type.String(), kind: Type.Enum(['user', 'job', 'system']) }),
  /** `admin` for administrators of the platform, who are admin of every project. */
  platform_role: Type.Union([Type.Literal('admin'), Type.Null()]),
  projects: Type.Array(Type.Object({ name: Name, role: Role })),
  /** `none`: the platform runs with --insecure-no-auth and everyone is the administrator. */
  auth: Type.Enum(['session', 'token', 'password', 'none']),
  expires_at: Type.Union([Time, Type.Null()]),
})
export type Me = Static<typeof Me>

export const LoginLink = Type.Object({
  user: UserName,
  code: Type.String(),
  /** Below the platform's address: `/login#<code>`. */
  path: Type.String(),
  expires_at: Time,
})
export type LoginLink = Static<typeof LoginLink>

export const Project = Type.Object({
  id: Id,
  name: Name,
  description: Type.String(),
  /** The caller's role in it. */
  role: Role,
  created_at: Time,
})
export type Project = Static<typeof Project>

export const Member = Type.Object({
  user_id: Id,
  user: UserName,
  role: Role,
  /** True for administrators of the platform: their role can't be changed here. */
  platform_admin: Type.Boolean(),
  since: Time,
})
export type Member = Static<typeof Member>

export const User = Type.Object({
  id: Id,
  name: UserName,
  platform_role: Type.Union([Type.Literal('admin'), Type.Null()]),
  disabled: Type.Boolean(),
  created_at: Time,
  last_seen_at: Type.Union([Time, Type.Null()]),
})
export type User = Static<typeof User>

export const Token = Type.Object({
  /** The public part of the token: `slp_<id>_…`. */
  id: Type.String(),
  name: Type.String(),
  user: UserName,
  /** The only project that it opens; null for all of its owner's. */
  project: Type.Union([Name, Type.Null()]),
  /** The highest role that it acts as; null for its owner's. */
  role: Type.Union([Role, Type.Null()]),
  created_at: Time,
  expires_at: Time,
  last_used_at: Type.Union([Time, Type.Null()]),
  revoked_at: Type.Union([Time, Type.Null()]),
})
export type Token = Static<typeof Token>

export const NewToken = Type.Object({
  token: Token,
  /** Shown once; only a hash of it is kept. */
  secret: Type.String(),
})
export type NewToken = Static<typeof NewToken>

const ProjectPlace = { params: ProjectPath }

export const session = {
  login: endpoint({
    id: 'session.login',
    method: 'POST',
    path: '/session',
    summary:
      'Logs a browser in with a one-time code, or with the name and password of the configured administrator',
    body: Type.Object({
      code: Type.Optional(Secret),
      user: Type.Optional(UserName),
      password: Type.Optional(Secret),
    }),
    reply: Me,
  }),
  exchange: endpoint({
    id: 'session.exchange',
    method: 'POST',
    path: '/session/token',
    summary: 'Exchanges a one-time code for a bearer token, for programs',
    body: Type.Object({ code: Secret, name: Label, expires_in_days: Type.Optional(Days) }),
    reply: NewToken,
  }),
  get: endpoint({
    id: 'session.get',
    method: 'GET',
    path: '/session',
    summary: 'Tells who the caller is and what it may do where',
    reply: Me,
  }),
  logout: endpoint({
    id: 'session.logout',
    method: 'DELETE',
    path: '/session',
    summary: 'Ends the session of the cookie',
    reply: Nothing,
  }),
}

export const users = {
  list: endpoint({
    id: 'users.list',
    method: 'GET',
    path: '/users',
    summary: 'Lists the users of the platform',
    query: Type.Object(PageQuery),
    reply: Type.Object({ users: Type.Array(User), next: Type.Optional(Type.String()) }),
  }),
  create: endpoint({
    id: 'users.create',
    method: 'POST',
    path: '/users',
    summary: 'Creates a user and a one-time login link for them',
    body: Type.Object({ name: UserName, platform_role: Type.Optional(Type.Literal('admin')) }),
    reply: Type.Object({ user: User, login: LoginLink }),
  }),
  update: endpoint({
    id: 'users.update',
    method: 'PATCH',
    path: '/users/:user',
    summary: 'Disables or enables a user, or makes them an administrator; disabling ends sessions and tokens',
    params: Type.Object({ user: UserName }),
    body: Type.Object({
      disabled: Type.Optional(Type.Boolean()),
      platform_role: Type.Optional(Type.Union([Type.Literal('admin'), Type.Null()])),
    }),
    reply: User,
  }),
  link: endpoint({
    id: 'users.link',
    method: 'POST',
    path: '/users/:user/login-links',
    summary: 'Makes a one-time login link for a user',
    params: Type.Object({ user: UserName }),
    reply: LoginLink,
  }),
}

export const projects = {
  list: endpoint({
    id: 'projects.list',
    method: 'GET',
    path: '/projects',
    summary: 'Lists the projects that the caller is a member of',
    reply: Type.Object({ projects: Type.Array(Project) }),
  }),
  create: endpoint({
    id: 'projects.create',
    method: 'POST',
    path: '/projects',
    summary: 'Creates a project; its creator becomes its admin',
    body: Type.Object({ name: Name, description: Type.Optional(Type.String({ maxLength: 1000 })) }),
    reply: Project,
  }),
  get: endpoint({
    id: 'projects.get',
    method: 'GET',
    path: '/projects/:project',
    summary: 'Shows a project',
    ...ProjectPlace,
    reply: Project,
  }),
}

export const members = {
  list: endpoint({
    id: 'members.list',
    method: 'GET',
    path: '/projects/:project/members',
    summary: 'Lists the members of a project',
    ...ProjectPlace,
    reply: Type.Object({ members: Type.Array(Member) }),
  }),
  set: endpoint({
    id: 'members.set',
    method: 'PUT',
    path: '/projects/:project/members/:user',
    summary: 'Makes a user a member of a project, or changes their role',
    params: Type.Object({ project: Name, user: UserName }),
    body: Type.Object({ role: Role }),
    reply: Member,
  }),
  remove: endpoint({
    id: 'members.remove',
    method: 'DELETE',
    path: '/projects/:project/members/:user',
    summary: 'Removes a member from a project',
    params: Type.Object({ project: Name, user: UserName }),
    reply: Nothing,
  }),
}

export const tokens = {
  list: endpoint({
    id: 'tokens.list',
    method: 'GET',
    path: '/tokens',
    summary: "Lists the caller's own tokens",
    reply: Type.Object({ tokens: Type.Array(Token) }),
  }),
  listForProject: endpoint({
    id: 'tokens.list_for_project',
    method: 'GET',
    path: '/projects/:project/tokens',
    summary: 'Lists the tokens of anyone that open only this project',
    ...ProjectPlace,
    reply: Type.Object({ tokens: Type.Array(Token) }),
  }),
  create: endpoint({
    id: 'tokens.create',
    method: 'POST',
    path: '/tokens',
    summary: 'Creates a token that may do what the caller may, or less',
    body: Type.Object({
      name: Label,
      project: Type.Optional(Name),
      role: Type.Optional(Role),
      expires_in_days: Type.Optional(Days),
    }),
    reply: NewToken,
  }),
  revoke: endpoint({
    id: 'tokens.revoke',
    method: 'DELETE',
    path: '/tokens/:token',
    summary: 'Revokes a token: of oneself, of a project that one administers, or any as an administrator',
    params: Type.Object({ token: Type.String({ pattern: '^[0-9a-z]{1,32}$' }) }),
    reply: Nothing,
  }),
}
