import type { Selectable } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Comment, SubjectType } from '../../contract/notes.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Comments } from '../../store/tables.ts'
import type { SubjectRef } from './subject.ts'

type Row = Selectable<Comments>
type Db = Store['read']

export interface Person {
  readonly id: string
  readonly name: string
}

/** Comments on one subject, oldest first. */
export async function commentsOn(
  db: Db,
  projectId: string,
  subject: SubjectRef,
  page: { after?: string | undefined; limit: number },
): Promise<Row[]> {
  return await db
    .selectFrom('comments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('subject_type', '=', subject.type)
    .where('subject_id', '=', subject.id)
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? ''))
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

export async function findComment(db: Db, projectId: string, id: string): Promise<Row> {
  const row = await db
    .selectFrom('comments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new SlipwayError('not_found', 'There is no such comment.')
  return row
}

/** With the names of those whom each mentions. */
export async function showComments(db: Db, rows: readonly Row[], viewer: string): Promise<Comment[]> {
  if (rows.length === 0) return []
  const mentioned = await db
    .selectFrom('mentions as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['m.comment_id', 'u.name'])
    .where(
      'm.comment_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('u.name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    author: row.author,
    own: row.author_id === viewer,
    body: row.body,
    mentions: mentioned.filter((one) => one.comment_id === row.id).map((one) => one.name),
    created_at: row.created_at.toISOString(),
    edited_at: row.edited_at?.toISOString() ?? null,
  }))
}

/** Returns the id. */
export async function insertComment(
  tx: Tx,
  comment: {
    projectId: string
    subject: SubjectRef
    author: Person
    body: string
    mentioned: readonly Person[]
  },
): Promise<string> {
  const { projectId, subject, author, body } = comment
  const id = uuidv7()
  await tx.db
    .insertInto('comments')
    .values({
      id,
      project_id: projectId,
      subject_type: subject.type,
      subject_id: subject.id,
      author_id: author.id,
      author: author.name,
      body: checked(body),
    })
    .execute()
  const others = comment.mentioned.filter((one) => one.id !== author.id)
  await mention(tx, { id, projectId }, others)
  await record(tx, 'comment.create', { id, projectId, subject }, { mentions: others.map((one) => one.name) })
  await tx.emit({
    type: 'comment.created',
    projectId,
    subject: id,
    data: {
      subject_type: subject.type,
      subject_id: subject.id,
      author: author.name,
      mentions: others.map((one) => one.name),
    },
  })
  return id
}

/** Whom the text names no more is forgotten; who was told already is not told again. */
export async function changeComment(
  tx: Tx,
  row: Row,
  change: { body: string; mentioned: readonly Person[] },
): Promise<void> {
  await tx.db
    .updateTable('comments')
    .set({ body: checked(change.body), edited_at: tx.now })
    .where('id', '=', row.id)
    .execute()
  const others = change.mentioned.filter((one) => one.id !== row.author_id)
  await tx.db
    .deleteFrom('mentions')
    .where('comment_id', '=', row.id)
    .$if(others.length > 0, (query) =>
      query.where(
        'user_id',
        'not in',
        others.map((one) => one.id),
      ),
    )
    .execute()
  await mention(tx, { id: row.id, projectId: row.project_id }, others)
  await record(tx, 'comment.update', refOf(row), { mentions: others.map((one) => one.name) })
}

export async function deleteComment(tx: Tx, row: Row): Promise<void> {
  await tx.db.deleteFrom('comments').where('id', '=', row.id).execute()
  await record(tx, 'comment.delete', refOf(row), { author: row.author })
}

async function mention(
  tx: Tx,
  comment: { id: string; projectId: string },
  people: readonly Person[],
): Promise<void> {
  if (people.length === 0) return
  await tx.db
    .insertInto('mentions')
    .values(people.map(({ id }) => ({ comment_id: comment.id, user_id: id, project_id: comment.projectId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

function refOf(row: Row) {
  const subject = { type: row.subject_type as SubjectType, id: row.subject_id }
  return { id: row.id, projectId: row.project_id, subject }
}

async function record(
  tx: Tx,
  action: string,
  comment: { id: string; projectId: string; subject: SubjectRef },
  details: Record<string, unknown>,
): Promise<void> {
  const { id, projectId, subject } = comment
  await tx.audit({
    action,
    projectId,
    subjectType: 'comment',
    subjectId: id,
    details: { subject_type: subject.type, subject_id: subject.id, ...details },
  })
  tx.hint(projectId, `comments:${subject.id}`)
}

function checked(body: string): string {
  if (!body.includes('\0') && body.trim() !== '') return body
  throw new SlipwayError('invalid_argument', 'body: must be text that says something.')
}
