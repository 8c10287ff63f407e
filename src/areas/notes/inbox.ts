import type { Mention, SubjectType } from '../../contract/notes.ts'
import type { Tx } from '../../store/store.ts'
import { showComments } from './comment.ts'
import type { NotesDeps } from './deps.ts'
import { findSubject } from './subject.ts'

/** The comments that mention a person, newest first. What is gone since then is left out. */
export async function mentionsFor(
  deps: NotesDeps,
  projectId: string,
  userId: string,
  page: { unread: boolean; before?: string | undefined; limit: number },
): Promise<{ mentions: Mention[]; next?: string }> {
  const rows = await deps.store.read
    .selectFrom('mentions as m')
    .innerJoin('comments as c', 'c.id', 'm.comment_id')
    .selectAll('c')
    .select('m.read_at')
    .where('m.user_id', '=', userId)
    .where('m.project_id', '=', projectId)
    .$if(page.unread, (query) => query.where('m.read_at', 'is', null))
    .$if(page.before !== undefined, (query) => query.where('m.comment_id', '<', page.before ?? ''))
    .orderBy('m.comment_id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const shown = rows.slice(0, page.limit)
  const comments = await showComments(deps.store.read, shown, userId)
  const mentions = await Promise.all(
    shown.map(async (row, index) => {
      const ref = { type: row.subject_type as SubjectType, id: row.subject_id }
      const subject = await findSubject(deps, projectId, ref)
      const comment = comments[index]
      return subject && comment ? [{ comment, subject, read: row.read_at !== null }] : []
    }),
  )
  const last = shown.at(-1)
  return {
    mentions: mentions.flat(),
    ...(rows.length > page.limit && last !== undefined ? { next: last.id } : {}),
  }
}

export async function unreadCount(deps: NotesDeps, projectId: string, userId: string): Promise<number> {
  const row = await deps.store.read
    .selectFrom('mentions')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('project_id', '=', projectId)
    .where('read_at', 'is', null)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** What somebody has seen is observed state: it leaves no entry in the audit log. */
export async function markRead(
  tx: Tx,
  projectId: string,
  userId: string,
  comments: readonly string[] | undefined,
): Promise<void> {
  if (comments?.length === 0) return
  await tx.db
    .updateTable('mentions')
    .set({ read_at: tx.now })
    .where('user_id', '=', userId)
    .where('project_id', '=', projectId)
    .where('read_at', 'is', null)
    .$if(comments !== undefined, (query) => query.where('comment_id', 'in', [...(comments ?? [])]))
    .execute()
  tx.hint(projectId, `inbox:${userId}`)
}
