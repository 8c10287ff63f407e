import { SlipwayError } from '../../base/error.ts'
import type { Tx } from '../../store/store.ts'
import type { Person } from './grants/writer.ts'
import { createUser } from './writer.ts'

/** Names that can be shown, sent as basic authentication, and told apart in any case. */
export function checkUserName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/.test(name)) return
  throw new SlipwayError(
    'invalid_argument',
    `Invalid username '${name.slice(0, 100)}'. It must begin with a letter or digit and contain only letters, digits, ` +
      'dots, underscores, hyphens, @ and +.',
  )
}

/** A person with a password (its hash). Fails with `already_exists`. */
export async function createPerson(tx: Tx, person: { name: string; password: string }): Promise<Person> {
  checkUserName(person.name)
  const other = await tx.db
    .selectFrom('users')
    .select('name')
    .where((where) => where.fn('lower', ['name']), '=', person.name.toLowerCase())
    .executeTakeFirst()
  if (other !== undefined) {
    throw new SlipwayError('already_exists', `User (username=${person.name}) already exists.`)
  }
  const { id } = await createUser(tx, { name: person.name, platformRole: null })
  const { number } = await tx.db
    .updateTable('users')
    .set({ password: person.password })
    .where('id', '=', id)
    .returning('number')
    .executeTakeFirstOrThrow()
  return { id, name: person.name, number }
}

/** Sets the hash of a password; whoever is logged in by the old one no longer is. */
export async function setPassword(tx: Tx, person: Person, password: string): Promise<void> {
  await tx.db.updateTable('users').set({ password }).where('id', '=', person.id).execute()
  await tx.db.deleteFrom('sessions').where('user_id', '=', person.id).execute()
  await tx.audit({
    action: 'user.password',
    projectId: null,
    subjectType: 'user',
    subjectId: person.id,
    details: { name: person.name },
  })
}

/** Removes a person with tokens, sessions, roles and grants; what they did stays on record under their name. */
export async function deletePerson(tx: Tx, person: Person): Promise<void> {
  const administrators = await tx.db
    .selectFrom('users')
    .select('id')
    .where('platform_role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .forUpdate()
    .execute()
  if (administrators.length > 0 && administrators.every(({ id }) => id === person.id)) {
    throw new SlipwayError('wrong_state', `\`${person.name}\` is the last administrator of the platform.`)
  }
  for (const table of ['members', 'tokens', 'sessions', 'login_codes'] as const) {
    await tx.db.deleteFrom(table).where('user_id', '=', person.id).execute()
  }
  await tx.db.deleteFrom('users').where('id', '=', person.id).execute()
  await tx.audit({
    action: 'user.delete',
    projectId: null,
    subjectType: 'user',
    subjectId: person.id,
    details: { name: person.name },
  })
  await tx.emit({ type: 'user.deleted', projectId: null, subject: person.id })
}
