import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../store/tables.ts'
import type { Permission } from './permission.ts'

type Db = Kysely<DB>

export interface GrantRow {
  readonly id: number
  readonly roleId: number
  readonly type: string
  readonly resource: string
  readonly permission: Permission
}

/** A named set of grants in a project. */
export interface GrantRole {
  readonly id: number
  readonly project: string
  readonly name: string
  readonly description: string | null
  /** Whose own grants these are; null for a role that several may have. */
  readonly personalOf: string | null
  readonly grants: readonly GrantRow[]
}

interface Which {
  readonly id?: number
  readonly projects?: readonly string[]
  readonly userId?: string
  /** Also those that hold what one person was granted. */
  readonly personal?: boolean
}

export async function rolesWhere(db: Db, which: Which): Promise<GrantRole[]> {
  const rows = await db
    .selectFrom('grant_roles as r')
    .selectAll('r')
    .$if(which.id !== undefined, (query) => query.where('r.id', '=', which.id ?? 0))
    .$if(which.projects !== undefined, (query) => query.where('r.project', 'in', [...(which.projects ?? [])]))
    .$if(which.userId !== undefined, (query) =>
      query.where(
        sql<boolean>`exists (select from grant_role_members m where m.role_id = r.id and m.user_id = ${which.userId})`,
      ),
    )
    .$if(which.personal !== true, (query) => query.where('r.personal_of', 'is', null))
    .orderBy('r.id')
    .execute()
  if (rows.length === 0) return []
  const grants = await db
    .selectFrom('grants')
    .selectAll()
    .where(
      'role_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('id')
    .execute()
  const byRole = Map.groupBy(grants.map(grantOf), (grant) => grant.roleId)
  return rows.map((row) => ({
    id: row.id,
    project: row.project,
    name: row.name,
    description: row.description,
    personalOf: row.personal_of,
    grants: byRole.get(row.id) ?? [],
  }))
}

export async function grantById(db: Db, id: number) {
  const row = await db
    .selectFrom('grants as g')
    .innerJoin('grant_roles as r', 'r.id', 'g.role_id')
    .selectAll('g')
    .select(['r.project', 'r.name', 'r.personal_of'])
    .where('g.id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : { ...grantOf(row), project: row.project, role: row.name }
}

/** What was granted to one person on one thing directly. */
export async function personalGrant(
  db: Db,
  at: { project: string; userId: string; type: string; resource: string },
): Promise<GrantRow | undefined> {
  const row = await db
    .selectFrom('grants as g')
    .innerJoin('grant_roles as r', 'r.id', 'g.role_id')
    .selectAll('g')
    .where('r.project', '=', at.project)
    .where('r.personal_of', '=', at.userId)
    .where('g.resource_type', '=', at.type)
    .where('g.resource', '=', at.resource)
    .executeTakeFirst()
  return row === undefined ? undefined : grantOf(row)
}

/** Who was granted what on single things of a project, directly or by a role. */
export async function grantsOn(db: Db, project: string) {
  return await db
    .selectFrom('grants as g')
    .innerJoin('grant_roles as r', 'r.id', 'g.role_id')
    .leftJoin('users as u', 'u.id', 'r.personal_of')
    .select(['g.id', 'g.resource_type', 'g.resource', 'g.permission', 'r.name as role', 'u.name as user'])
    .where('r.project', '=', project)
    .orderBy('g.resource_type')
    .orderBy('g.resource')
    .orderBy('g.id')
    .limit(5000)
    .execute()
}

export async function membersOfRole(db: Db, roleId: number) {
  return await db
    .selectFrom('grant_role_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.id', 'm.role_id', 'u.number', 'u.name'])
    .where('m.role_id', '=', roleId)
    .orderBy('m.id')
    .execute()
}

/** Names of the projects that the person administers, by a role there or by a grant. */
export async function administeredBy(db: Db, userId: string): Promise<Set<string>> {
  const { rows } = await sql<{ project: string }>`
    select p.name as project from members m join projects p on p.id = m.project_id
      where m.user_id = ${userId} and m.role = 'admin'
    union
    select r.project from grants g join grant_roles r on r.id = g.role_id
      join grant_role_members m on m.role_id = r.id
      where m.user_id = ${userId} and g.resource_type = 'workspace' and g.permission = 'MANAGE'`.execute(db)
  return new Set(rows.map((row) => row.project))
}

/** Names of the projects in which the person has any role, grant or membership. */
export async function presentIn(db: Db, userId: string): Promise<Set<string>> {
  const { rows } = await sql<{ project: string }>`
    select p.name as project from members m join projects p on p.id = m.project_id where m.user_id = ${userId}
    union
    select r.project from grant_roles r join grant_role_members m on m.role_id = r.id
      where m.user_id = ${userId}`.execute(db)
  return new Set(rows.map((row) => row.project))
}

function grantOf(row: {
  id: number
  role_id: number
  resource_type: string
  resource: string
  permission: string
}): GrantRow {
  return {
    id: row.id,
    roleId: row.role_id,
    type: row.resource_type,
    resource: row.resource,
    permission: row.permission as Permission,
  }
}
