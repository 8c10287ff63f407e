import { type Kysely, sql } from 'kysely'
import type { ProjectRef } from '../../base/area.ts'
import type { Role } from '../../base/principal.ts'
import type { DB } from '../../store/tables.ts'
import type { Grant } from './grants/reach.ts'
import type { Standing } from './role.ts'

type Db = Kysely<DB>

export interface UserRow {
  readonly id: string
  readonly name: string
  readonly number: number
  /** What is kept of the password, where there is one. */
  readonly password: string | null
  readonly platform_role: string | null
  readonly disabled_at: Date | null
  readonly created_at: Date
  readonly last_seen_at: Date | null
}

export async function userByName(db: Db, name: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst()
}

export async function usersAfter(db: Db, name: string, limit: number): Promise<UserRow[]> {
  return db.selectFrom('users').selectAll().where('name', '>', name).orderBy('name').limit(limit).execute()
}

/** The administrator of longest standing. */
export async function firstAdministrator(db: Db): Promise<{ id: string; name: string } | undefined> {
  return db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('platform_role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
}

export async function projectByName(db: Db, name: string) {
  return db
    .selectFrom('projects')
    .selectAll()
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** The project, what the user is in it and was granted there: one query for each authorized request. */
export async function standingOn(
  db: Db,
  userId: string | null,
  project: string | null,
): Promise<Standing & { project: ProjectRef | undefined; grants: readonly Grant[] }> {
  const row = await db
    .selectFrom(sql<{ one: number }>`(select 1)`.as<'start'>('start'))
    .leftJoin('projects as p', (join) => join.on('p.name', '=', project).on('p.deleted_at', 'is', null))
    .leftJoin('users as u', (join) => join.on('u.id', '=', userId))
    .leftJoin('members as m', (join) =>
      join.onRef('m.project_id', '=', 'p.id').onRef('m.user_id', '=', 'u.id'),
    )
    .select(['p.id as id', 'p.name as name', 'u.platform_role as platformRole', 'm.role as memberRole'])
    .select(
      sql<readonly Grant[] | null>`(
        select json_agg(json_build_object('type', g.resource_type, 'resource', g.resource, 'permission', g.permission))
        from grant_role_members gm
        join grant_roles r on r.id = gm.role_id and r.project = ${project}
        join grants g on g.role_id = r.id
        where gm.user_id = ${userId})`.as('grants'),
    )
    .executeTakeFirst()
  return {
    project: row?.id != null && row.name !== null ? { id: row.id, name: row.name } : undefined,
    platformRole: row?.platformRole === 'admin' ? 'admin' : null,
    memberRole: (row?.memberRole ?? null) as Role | null,
    grants: row?.grants ?? [],
  }
}

/** Projects that the user is a member of; all of them for administrators of the platform. */
export async function projectsOf(db: Db, user: { id: string; platformAdmin: boolean }) {
  const rows = await db
    .selectFrom('projects as p')
    .leftJoin('members as m', (join) => join.onRef('m.project_id', '=', 'p.id').on('m.user_id', '=', user.id))
    .select(['p.id', 'p.name', 'p.description', 'p.created_at', 'm.role'])
    .where('p.deleted_at', 'is', null)
    .$if(!user.platformAdmin, (query) => query.where('m.role', 'is not', null))
    .orderBy('p.name')
    .execute()
  return rows.map((row) => ({ ...row, role: (user.platformAdmin ? 'admin' : row.role) as Role }))
}

export async function projectById(db: Db, id: string) {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Members of a project, and the administrators of the platform, who are admin everywhere. */
export async function membersOf(db: Db, projectId: string) {
  return db
    .selectFrom('users as u')
    .leftJoin('members as m', (join) =>
      join.onRef('m.user_id', '=', 'u.id').on('m.project_id', '=', projectId),
    )
    .select(['u.id', 'u.name', 'u.platform_role', 'u.created_at', 'm.role', 'm.created_at as since'])
    .where((where) => where.or([where('m.role', 'is not', null), where('u.platform_role', '=', 'admin')]))
    .where('u.disabled_at', 'is', null)
    .orderBy('u.name')
    .execute()
}

/** A live token with its owner, by its public part. */
export async function liveToken(db: Db, id: string) {
  return db
    .selectFrom('tokens as t')
    .leftJoin('users as u', 'u.id', 't.user_id')
    .selectAll('t')
    .select(['u.name as user_name', 'u.disabled_at'])
    .where('t.id', '=', id)
    .where('t.revoked_at', 'is', null)
    .where('t.expires_at', '>', sql<Date>`now()`)
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst()
}

/** People's tokens (jobs' are no one's to manage), newest first. */
export async function tokensWhere(db: Db, by: { userId: string } | { projectId: string } | { id: string }) {
  return db
    .selectFrom('tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .leftJoin('projects as p', 'p.id', 't.project_id')
    .selectAll('t')
    .select(['u.name as user_name', 'p.name as project_name'])
    .$if('userId' in by, (query) => query.where('t.user_id', '=', 'userId' in by ? by.userId : ''))
    .$if('projectId' in by, (query) =>
      query.where('t.project_id', '=', 'projectId' in by ? by.projectId : ''),
    )
    .$if('id' in by, (query) => query.where('t.id', '=', 'id' in by ? by.id : ''))
    .orderBy('t.created_at', 'desc')
    .limit(1000)
    .execute()
}
export type TokenRow = Awaited<ReturnType<typeof tokensWhere>>[number]

export async function liveSession(db: Db, hash: string) {
  return db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select([
      's.hash',
      's.user_id',
      's.created_at',
      's.replaced_at',
      's.expires_at',
      'u.name',
      'u.last_seen_at',
    ])
    .where('s.hash', '=', hash)
    .where('s.expires_at', '>', sql<Date>`now()`)
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst()
}

export async function liveLoginCode(db: Db, hash: string) {
  return db
    .selectFrom('login_codes as c')
    .innerJoin('users as u', 'u.id', 'c.user_id')
    .select(['c.user_id', 'u.name'])
    .where('c.hash', '=', hash)
    .where('c.expires_at', '>', sql<Date>`now()`)
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst()
}

/** One row for each project that a person's live token opens; `projectId` null: all of them. */
export async function inferenceTokens(db: Db, projectId?: string) {
  const { rows } = await sql<{ id: string; hash: string; projectId: string | null; expiresAt: Date }>`
    select t.id, t.hash, t.expires_at as "expiresAt",
      case when u.platform_role = 'admin' then t.project_id else m.project_id end as "projectId"
    from tokens t
    join users u on u.id = t.user_id and u.disabled_at is null
    left join members m on m.user_id = u.id and (t.project_id is null or t.project_id = m.project_id)
      and u.platform_role is null
    where t.revoked_at is null and t.expires_at > now()
      and (u.platform_role = 'admin' or m.project_id is not null)
    order by t.id, m.project_id`.execute(db)
  return projectId === undefined
    ? rows
    : rows.filter((row) => row.projectId === null || row.projectId === projectId)
}
