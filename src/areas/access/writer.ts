import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Role } from '../../base/principal.ts'
import type { Tx } from '../../store/store.ts'

export async function createProject(
  tx: Tx,
  project: { name: string; description?: string },
): Promise<string> {
  const id = uuidv7()
  const inserted = await tx.db
    .insertInto('projects')
    .values({ id, name: project.name, description: project.description ?? '' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) {
    throw new SlipwayError('already_exists', `There is a project \`${project.name}\` already.`)
  }
  await tx.audit({
    action: 'project.create',
    projectId: id,
    subjectType: 'project',
    subjectId: id,
    details: { ...project },
  })
  await tx.emit({ type: 'project.created', projectId: id, subject: id, data: { name: project.name } })
  tx.hint(null, `project:${id}`)
  return id
}

export async function createUser(
  tx: Tx,
  user: { name: string; platformRole: 'admin' | null },
): Promise<{ id: string; name: string }> {
  const id = uuidv7()
  const inserted = await tx.db
    .insertInto('users')
    .values({ id, name: user.name, platform_role: user.platformRole })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) {
    throw new SlipwayError('already_exists', `There is a user \`${user.name}\` already.`)
  }
  await tx.audit({
    action: 'user.create',
    projectId: null,
    subjectType: 'user',
    subjectId: id,
    details: { name: user.name, platform_role: user.platformRole },
  })
  return { id, name: user.name }
}

/** Changes a user. The platform keeps at least one administrator who can log in. */
export async function updateUser(
  tx: Tx,
  user: { id: string; name: string },
  change: { disabled?: boolean | undefined; platformRole?: 'admin' | null | undefined },
): Promise<void> {
  const administrators = await tx.db
    .selectFrom('users')
    .select('id')
    .where('platform_role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .forUpdate()
    .execute()
  const loses = change.disabled === true || change.platformRole === null
  if (loses && administrators.every(({ id }) => id === user.id) && administrators.length > 0) {
    throw new SlipwayError('wrong_state', `\`${user.name}\` is the last administrator of the platform.`)
  }
  await tx.db
    .updateTable('users')
    .set({
      ...(change.platformRole === undefined ? {} : { platform_role: change.platformRole }),
      ...(change.disabled === undefined ? {} : { disabled_at: change.disabled ? tx.now : null }),
    })
    .where('id', '=', user.id)
    .execute()
  if (change.disabled) {
    await tx.db.deleteFrom('sessions').where('user_id', '=', user.id).execute()
    await tx.db.deleteFrom('login_codes').where('user_id', '=', user.id).execute()
    await tx.db
      .updateTable('tokens')
      .set({ revoked_at: tx.now })
      .where('user_id', '=', user.id)
      .where('revoked_at', 'is', null)
      .execute()
  }
  await tx.audit({
    action: 'user.update',
    projectId: null,
    subjectType: 'user',
    subjectId: user.id,
    details: {
      name: user.name,
      ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
      ...(change.platformRole === undefined ? {} : { platform_role: change.platformRole }),
    },
  })
  await tx.emit({ type: 'user.updated', projectId: null, subject: user.id })
}

export async function setMember(
  tx: Tx,
  member: { projectId: string; userId: string; user: string; role: Role },
): Promise<void> {
  await tx.db
    .insertInto('members')
    .values({ project_id: member.projectId, user_id: member.userId, role: member.role })
    .onConflict((conflict) => conflict.columns(['project_id', 'user_id']).doUpdateSet({ role: member.role }))
    .execute()
  await tx.audit({
    action: 'member.set',
    projectId: member.projectId,
    subjectType: 'user',
    subjectId: member.userId,
    details: { user: member.user, role: member.role },
  })
  await tx.emit({
    type: 'member.set',
    projectId: member.projectId,
    subject: member.userId,
    data: { role: member.role },
  })
  tx.hint(member.projectId, `member:${member.userId}`)
}

export async function removeMember(
  tx: Tx,
  member: { projectId: string; userId: string; user: string },
): Promise<void> {
  const removed = await tx.db
    .deleteFrom('members')
    .where('project_id', '=', member.projectId)
    .where('user_id', '=', member.userId)
    .executeTakeFirst()
  if (removed.numDeletedRows === 0n) {
    throw new SlipwayError('not_found', `\`${member.user}\` is not a member of this project.`)
  }
  await tx.audit({
    action: 'member.remove',
    projectId: member.projectId,
    subjectType: 'user',
    subjectId: member.userId,
    details: { user: member.user },
  })
  await tx.emit({ type: 'member.removed', projectId: member.projectId, subject: member.userId })
  tx.hint(member.projectId, `member:${member.userId}`)
}
