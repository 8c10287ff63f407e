import { checkText, invalid, quoted, unique } from './check.ts'

export type QueueKind = 'user' | 'custom'

/** The widths of names that queues share with assessments. */
const longestName = 250
const longestSchemaId = 36
const longestTraceId = 50
const mostUsers = 10
const reservedName = 'default'

/** People are compared without regard to case. */
export function personOf(name: string): string {
  return name.trim().toLowerCase()
}

export interface QueueShape {
  readonly kind: QueueKind
  readonly name: string
  readonly users: readonly string[]
  readonly schemaIds: readonly string[]
}

/**
 * The queue as it is kept. A person's own queue has that person's name and no one else in it, and asks all questions of
 * the experiment. Fails with `invalid_argument`.
 */
export function shapeOf(given: QueueShape): QueueShape {
  const users = usersOf(given.users)
  const schemaIds = schemaIdsOf(given.schemaIds)
  if (given.kind === 'custom') return { kind: 'custom', name: customName(given.name), users, schemaIds }
  const name = personOf(given.name)
  checkText(name, '`name`', longestName)
  if (users.length > 0 && (users.length > 1 || users[0] !== name)) {
    throw invalid(
      'A user queue must have exactly one assigned user equal to its name; ' +
        `got name='${name}' and users=${quoted(users)}.`,
    )
  }
  if (schemaIds.length > 0) {
    throw invalid(
      "A user queue cannot have explicitly-attached schemas; it resolves to all of the experiment's label schemas.",
    )
  }
  return { kind: 'user', name, users: [name], schemaIds }
}

export function customName(given: string): string {
  const name = given.trim()
  checkText(name, '`name`', longestName)
  if (name.toLowerCase() !== reservedName) return name
  throw invalid(`\`${name}\` is a reserved queue name and cannot be used for a custom queue.`)
}

export function ownerOf(given: string): string {
  const owner = given.trim()
  checkText(owner, '`new_owner`', longestName)
  return owner
}

export function usersOf(given: readonly string[]): string[] {
  const users = unique(given.map(personOf))
  for (const user of users) checkText(user, '`user`', longestName)
  if (users.length <= mostUsers) return users.sort()
  throw invalid(`A review queue can have at most ${mostUsers} assigned users; got ${users.length}.`)
}

export function schemaIdsOf(given: readonly string[]): string[] {
  const ids = unique(given.map((id) => id.trim()))
  for (const id of ids) checkText(id, '`schema_id`', longestSchemaId)
  return ids.sort()
}

export function traceIdsOf(given: readonly string[]): string[] {
  if (given.length === 0) throw invalid('`item_ids` must be a non-empty list; got [].')
  const ids = unique(given.map((id) => id.trim()))
  for (const id of ids) checkText(id, '`item_id`', longestTraceId)
  return ids
}

/** Who settled an item; nobody when it is open again. */
export function settlerOf(status: string, given: string | undefined): string | null {
  const person = given === undefined ? undefined : personOf(given)
  if (status === 'pending') {
    if (person === undefined) return null
    throw invalid('`completed_by` must not be set when reopening an item to `pending`.')
  }
  if (!person) throw invalid(`\`completed_by\` is required when setting status to \`${status}\`.`)
  checkText(person, '`completed_by`', longestName)
  return person
}
