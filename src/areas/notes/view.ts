import type { Selectable } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { View } from '../../contract/views.ts'
import { uniqueViolation } from '../../store/failure.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { SavedViews } from '../../store/tables.ts'

export type ViewRow = Selectable<SavedViews> & { owner: string }
type Db = Store['read']
type State = View['state']

const mostBytes = 64 * 1024

function views(db: Db, projectId: string) {
  return db
    .selectFrom('saved_views as v')
    .innerJoin('users as u', 'u.id', 'v.user_id')
    .selectAll('v')
    .select('u.name as owner')
    .where('v.project_id', '=', projectId)
}

/** A person's own views and those that others share. */
export async function viewsFor(db: Db, projectId: string, userId: string, page?: string): Promise<ViewRow[]> {
  return await views(db, projectId)
    .where((where) => where.or([where('v.user_id', '=', userId), where('v.shared', '=', true)]))
    .$if(page !== undefined, (query) => query.where('v.page', '=', page ?? ''))
    .orderBy('v.name')
    .orderBy('v.id')
    .limit(1000)
    .execute()
}

/** Fails with `not_found`, also when the view is another's and not shared. */
export async function visibleView(db: Db, projectId: string, userId: string, id: string): Promise<ViewRow> {
  const row = await views(db, projectId).where('v.id', '=', id).executeTakeFirst()
  if (row !== undefined && (row.user_id === userId || row.shared)) return row
  throw new SlipwayError('not_found', 'There is no such view.')
}

export function showView(row: ViewRow, userId: string): View {
  return {
    id: row.id,
    page: row.page,
    name: row.name,
    state: row.state as State,
    shared: row.shared,
    owner: row.owner,
    own: row.user_id === userId,
    updated_at: row.updated_at.toISOString(),
  }
}

/** Returns the id. Fails with `already_exists`: a person's views of a page have different names. */
export async function insertView(
  tx: Tx,
  view: { projectId: string; userId: string; page: string; name: string; state: State; shared: boolean },
): Promise<string> {
  const id = uuidv7()
  await named(view.name, () =>
    tx.db
      .insertInto('saved_views')
      .values({
        id,
        project_id: view.projectId,
        user_id: view.userId,
        page: view.page,
        name: view.name,
        state: stateText(view.state),
        shared: view.shared,
      })
      .execute(),
  )
  const { page, name, shared } = view
  await record(tx, 'view.create', { id, projectId: view.projectId }, { page, name, shared })
  return id
}

export async function changeView(
  tx: Tx,
  row: ViewRow,
  change: { name?: string; state?: State; shared?: boolean },
): Promise<void> {
  await named(change.name ?? row.name, () =>
    tx.db
      .updateTable('saved_views')
      .set({
        name: change.name ?? row.name,
        shared: change.shared ?? row.shared,
        updated_at: tx.now,
        ...(change.state === undefined ? {} : { state: stateText(change.state) }),
      })
      .where('id', '=', row.id)
      .execute(),
  )
  await record(
    tx,
    'view.update',
    { id: row.id, projectId: row.project_id },
    {
      name: change.name ?? row.name,
      shared: change.shared ?? row.shared,
    },
  )
}

export async function deleteView(tx: Tx, row: ViewRow): Promise<void> {
  await tx.db.deleteFrom('saved_views').where('id', '=', row.id).execute()
  await record(tx, 'view.delete', { id: row.id, projectId: row.project_id }, { name: row.name })
}

async function record(
  tx: Tx,
  action: string,
  view: { id: string; projectId: string },
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId: view.projectId, subjectType: 'view', subjectId: view.id, details })
  tx.hint(view.projectId, `views:${view.id}`)
}

async function named<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    if (uniqueViolation(thrown) === undefined) throw thrown
    throw new SlipwayError('already_exists', `You have a view \`${name}\` of this page already.`)
  }
}

function stateText(state: State): string {
  const text = JSON.stringify(state)
  if (text.includes('\\u0000')) throw new SlipwayError('invalid_argument', 'state: contains U+0000.')
  if (Buffer.byteLength(text) <= mostBytes) return text
  throw new SlipwayError('too_large', `state: takes more than ${mostBytes} bytes.`)
}
