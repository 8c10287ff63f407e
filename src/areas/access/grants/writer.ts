import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { checkGrant, type Permission, permissionOf, type ResourceType, resourceType } from './permission.ts'
import { grantById, personalGrant, rolesWhere } from './reader.ts'

export interface Person {
  readonly id: string
  readonly name: string
  readonly number: number
}

const reserved = '__user_'

/** Fails with `already_exists`. Returns the id. */
export async function createRole(
  tx: Tx,
  role: { project: string; name: string; description: string | null },
): Promise<number> {
  checkRoleName(role.name)
  const made = await tx.db
    .insertInto('grant_roles')
    .values({ ...role })
    .onConflict((conflict) => conflict.columns(['project', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made === undefined) throw taken(role)
  await record(tx, role.project, 'role.create', made.id, { ...role })
  return made.id
}

export async function updateRole(
  tx: Tx,
  id: number,
  change: { name?: string | undefined; description?: string | undefined },
): Promise<void> {
  const role = await existingRole(tx, id)
  if (change.name !== undefined && change.name !== role.name) {
    checkRoleName(change.name)
    const other = await tx.db
      .selectFrom('grant_roles')
      .select('id')
      .where('project', '=', role.project)
      .where('name', '=', change.name)
      .executeTakeFirst()
    if (other !== undefined) throw taken({ project: role.project, name: change.name })
  }
  await tx.db
    .updateTable('grant_roles')
    .set({ name: change.name ?? role.name, description: change.description ?? role.description })
    .where('id', '=', id)
    .execute()
  await record(tx, role.project, 'role.update', id, { was: role.name, ...change })
}

export async function deleteRole(tx: Tx, id: number): Promise<void> {
  const role = await existingRole(tx, id)
  await tx.db.deleteFrom('grant_roles').where('id', '=', id).execute()
  await record(tx, role.project, 'role.delete', id, { name: role.name })
}

/** Fails with `already_exists` when the role says something about the thing already. Returns the id. */
export async function addGrant(
  tx: Tx,
  roleId: number,
  given: { type: string; resource: string; permission: string },
): Promise<number> {
  const role = await existingRole(tx, roleId)
  const type = resourceType(given.type)
  const permission = checkGrant(type, given.resource, given.permission)
  const id = await insertGrant(tx, roleId, { type, resource: given.resource, permission })
  if (id === undefined) {
    throw new SlipwayError(
      'already_exists',
      `Role permission for role_id=${roleId}, resource_type=${type}, resource_pattern=${given.resource} already exists.`,
    )
  }
  await record(tx, role.project, 'role.grant', roleId, { role: role.name, ...given })
  return id
}

export async function updateGrant(tx: Tx, id: number, permission: string): Promise<void> {
  const grant = await existingGrant(tx, id)
  const checked = checkGrant(resourceType(grant.type), grant.resource, permission)
  await tx.db.updateTable('grants').set({ permission: checked }).where('id', '=', id).execute()
  const { type, resource, role } = grant
  await record(tx, grant.project, 'role.grant', grant.roleId, { role, type, resource, permission })
}

export async function removeGrant(tx: Tx, id: number): Promise<void> {
  const { project, roleId, role, type, resource } = await existingGrant(tx, id)
  await tx.db.deleteFrom('grants').where('id', '=', id).execute()
  await record(tx, project, 'role.revoke', roleId, { role, type, resource })
}

/** Idempotent. Returns the id of the membership. */
export async function assignRole(tx: Tx, roleId: number, person: Person): Promise<number> {
  const role = await existingRole(tx, roleId)
  const { id } = await tx.db
    .insertInto('grant_role_members')
    .values({ role_id: roleId, user_id: person.id })
    .onConflict((conflict) => conflict.columns(['role_id', 'user_id']).doUpdateSet({ role_id: roleId }))
    .returning('id')
    .executeTakeFirstOrThrow()
  await record(tx, role.project, 'role.assign', roleId, { role: role.name, user: person.name })
  return id
}

export async function unassignRole(tx: Tx, roleId: number, person: Person): Promise<void> {
  const role = await existingRole(tx, roleId)
  const gone = await tx.db
    .deleteFrom('grant_role_members')
    .where('role_id', '=', roleId)
    .where('user_id', '=', person.id)
    .executeTakeFirst()
  if (gone.numDeletedRows === 0n) {
    throw new SlipwayError(
      'not_found',
      `User role assignment for user_id=${person.number} and role_id=${roleId} not found.`,
    )
  }
  await record(tx, role.project, 'role.unassign', roleId, { role: role.name, user: person.name })
}

export interface PersonalGrant {
  readonly project: string
  readonly type: ResourceType
  readonly resource: string
}

/** Grants one person something on one thing; what was granted before is replaced. */
export async function grantTo(
  tx: Tx,
  person: Person,
  on: PersonalGrant,
  permission: Permission,
): Promise<void> {
  const roleId = await personalRole(tx, on.project, person)
  await tx.db
    .insertInto('grants')
    .values({ role_id: roleId, resource_type: on.type, resource: on.resource, permission })
    .onConflict((conflict) =>
      conflict.columns(['role_id', 'resource_type', 'resource']).doUpdateSet({ permission }),
    )
    .execute()
  await record(tx, on.project, 'grant.set', person.id, { user: person.name, ...on, permission })
}

/** False when nothing was granted. */
export async function revokeFrom(tx: Tx, person: Person, on: PersonalGrant): Promise<boolean> {
  const grant = await personalGrant(tx.db, { ...on, userId: person.id })
  if (grant === undefined) return false
  await tx.db.deleteFrom('grants').where('id', '=', grant.id).execute()
  await record(tx, on.project, 'grant.remove', person.id, { user: person.name, ...on })
  return true
}

/** Whoever makes a thing may do everything with it. */
export async function grantCreator(tx: Tx, on: PersonalGrant): Promise<void> {
  const { principal } = tx
  if (principal.kind !== 'user') return
  const person = await tx.db
    .selectFrom('users')
    .select(['id', 'name', 'number'])
    .where('id', '=', principal.id)
    .where('platform_role', 'is', null)
    .executeTakeFirst()
  if (person !== undefined) await grantTo(tx, person, on, permissionOf('MANAGE'))
}

/** A thing has a new name: what was granted goes with it. */
export async function renameThing(tx: Tx, on: PersonalGrant, to: string): Promise<void> {
  await tx.db
    .updateTable('grants as g')
    .from('grant_roles as r')
    .set({ resource: to })
    .whereRef('r.id', '=', 'g.role_id')
    .where('r.project', '=', on.project)
    .where('g.resource_type', '=', on.type)
    .where('g.resource', '=', on.resource)
    .execute()
}

/** A thing is gone for good: a later one of its name is another. */
export async function forgetThing(tx: Tx, on: PersonalGrant): Promise<void> {
  await tx.db
    .deleteFrom('grants')
    .where('resource_type', '=', on.type)
    .where('resource', '=', on.resource)
    .where('role_id', 'in', (query) =>
      query.selectFrom('grant_roles').select('id').where('project', '=', on.project),
    )
    .execute()
}

async function personalRole(tx: Tx, project: string, person: Person): Promise<number> {
  const { id } = await tx.db
    .insertInto('grant_roles')
    .values({ project, name: `${reserved}${person.number}__`, personal_of: person.id })
    .onConflict((conflict) => conflict.columns(['project', 'name']).doUpdateSet({ personal_of: person.id }))
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('grant_role_members')
    .values({ role_id: id, user_id: person.id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return id
}

async function insertGrant(
  tx: Tx,
  roleId: number,
  grant: { type: ResourceType; resource: string; permission: Permission },
): Promise<number | undefined> {
  const { type, resource, permission } = grant
  const made = await tx.db
    .insertInto('grants')
    .values({ role_id: roleId, resource_type: type, resource, permission })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made?.id
}

async function existingRole(tx: Tx, id: number) {
  const [role] = await rolesWhere(tx.db, { id, personal: true })
  if (role !== undefined && role.personalOf === null) return role
  throw new SlipwayError('not_found', `Role with id=${id} not found.`)
}

async function existingGrant(tx: Tx, id: number) {
  const grant = await grantById(tx.db, id)
  if (grant !== undefined) return grant
  throw new SlipwayError('not_found', `Role permission with id=${id} not found.`)
}

function checkRoleName(name: string): void {
  if (name.trim() === '') throw new SlipwayError('invalid_argument', 'Role name cannot be empty.')
  if (name.length > 255 || name.includes('\0'))
    throw new SlipwayError('invalid_argument', 'Role name is too long.')
  if (!name.startsWith(reserved)) return
  throw new SlipwayError(
    'invalid_argument',
    `Role name '${name}' uses the reserved '${reserved}' prefix, which is held for the per-user permission ` +
      'representation. Choose a different name.',
  )
}

function taken(role: { project: string; name: string }): SlipwayError {
  return new SlipwayError(
    'already_exists',
    `Role (workspace=${role.project}, name=${role.name}) already exists.`,
  )
}

async function record(
  tx: Tx,
  project: string,
  action: string,
  subject: string | number,
  details: Record<string, unknown>,
): Promise<void> {
  const row = await tx.db.selectFrom('projects').select('id').where('name', '=', project).executeTakeFirst()
  await tx.audit({
    action,
    projectId: row?.id ?? null,
    subjectType: action.startsWith('role') ? 'role' : 'user',
    subjectId: String(subject),
    details: { project, ...details },
  })
  if (row !== undefined) tx.hint(row.id, 'grants')
}
