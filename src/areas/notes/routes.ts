import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Permission } from '../../base/permission.ts'
import { comments, inbox } from '../../contract/notes.ts'
import { reports } from '../../contract/reports.ts'
import { views } from '../../contract/views.ts'
import {
  changeComment,
  commentsOn,
  deleteComment,
  findComment,
  insertComment,
  showComments,
} from './comment.ts'
import type { NotesDeps } from './deps.ts'
import { markRead, mentionsFor, unreadCount } from './inbox.ts'
import { mentionsOf } from './mention.ts'
import { personOf } from './person.ts'
import {
  changeReport,
  deleteReport,
  insertReport,
  listReports,
  readReport,
  reportVersions,
} from './report.ts'
import { subjectOf } from './subject.ts'
import { changeView, deleteView, insertView, showView, viewsFor, visibleView } from './view.ts'

const read: Permission = { action: 'notes:read', on: 'project' }
const write: Permission = { action: 'notes:write', on: 'project' }

export function notesRoutes(deps: NotesDeps): Route[] {
  return [...viewRoutes(deps), ...commentRoutes(deps), ...inboxRoutes(deps), ...reportRoutes(deps)]
}

function viewRoutes({ store, access }: NotesDeps): Route[] {
  return [
    route(views.list, read, async ({ principal, project, query }) => ({
      views: (await viewsFor(store.read, project.id, personOf(principal).id, query.page)).map((row) =>
        showView(row, principal.id),
      ),
    })),
    route(views.create, write, async ({ principal, project, body }) => {
      const { id: userId } = personOf(principal)
      const { page, name, state, shared = false } = body
      const id = await store.transact(principal, (tx) =>
        insertView(tx, { projectId: project.id, userId, page, name, state, shared }),
      )
      return showView(await visibleView(store.read, project.id, userId, id), userId)
    }),
    route(views.update, write, async ({ principal, project, params, body }) => {
      const { id: userId } = personOf(principal)
      const row = await visibleView(store.read, project.id, userId, params.view)
      if (row.user_id !== userId) throw new SlipwayError('forbidden', `The view is \`${row.owner}\`'s.`)
      await store.transact(principal, (tx) => changeView(tx, row, body))
      return showView(await visibleView(store.read, project.id, userId, params.view), userId)
    }),
    route(views.delete, write, async ({ principal, project, params }) => {
      const { id: userId } = personOf(principal)
      const row = await visibleView(store.read, project.id, userId, params.view)
      if (row.user_id !== userId)
        await access.authorize(principal, { action: 'project:admin', on: 'project' }, project.name)
      await store.transact(principal, (tx) => deleteView(tx, row))
      return {}
    }),
  ]
}

function commentRoutes(deps: NotesDeps): Route[] {
  const { store } = deps
  return [
    route(comments.list, read, async ({ principal, project, query }) => {
      const limit = query.limit ?? 100
      const subject = { type: query.subject_type, id: query.subject_id }
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string'])[0]
      const rows = await commentsOn(store.read, project.id, subject, { after, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        comments: await showComments(store.read, shown, principal.id),
        ...(rows.length > limit && last !== undefined ? { next: encodeCursor([last.id]) } : {}),
      }
    }),
    route(comments.create, write, async ({ principal, project, body }) => {
      const author = personOf(principal)
      const subject = { type: body.subject_type, id: body.subject_id }
      await subjectOf(deps, project.id, subject)
      const mentioned = await mentionedIn(deps, project.id, body.body)
      const id = await store.transact(principal, (tx) =>
        insertComment(tx, { projectId: project.id, subject, author, body: body.body, mentioned }),
      )
      return await shownComment(deps, project.id, id, author.id)
    }),
    route(comments.update, write, async ({ principal, project, params, body }) => {
      const row = await ownComment(deps, project.id, params.comment, personOf(principal).id)
      const mentioned = await mentionedIn(deps, project.id, body.body)
      await store.transact(principal, (tx) => changeComment(tx, row, { body: body.body, mentioned }))
      return await shownComment(deps, project.id, params.comment, principal.id)
    }),
    route(comments.delete, write, async ({ principal, project, params }) => {
      const row = await ownComment(deps, project.id, params.comment, personOf(principal).id)
      await store.transact(principal, (tx) => deleteComment(tx, row))
      return {}
    }),
  ]
}

async function shownComment({ store }: NotesDeps, projectId: string, id: string, viewer: string) {
  const [comment] = await showComments(store.read, [await findComment(store.read, projectId, id)], viewer)
  if (comment === undefined) throw new Error('a comment that was found is shown')
  return comment
}

async function ownComment({ store }: NotesDeps, projectId: string, id: string, userId: string) {
  const row = await findComment(store.read, projectId, id)
  if (row.author_id === userId) return row
  throw new SlipwayError('forbidden', `The comment is \`${row.author}\`'s.`)
}

async function mentionedIn({ access }: NotesDeps, projectId: string, body: string) {
  if (!body.includes('@')) return []
  const people = await access.people(projectId)
  const names = mentionsOf(
    body,
    people.map((one) => one.name),
  )
  return people.filter((one) => names.includes(one.name))
}

function inboxRoutes(deps: NotesDeps): Route[] {
  const { store } = deps
  return [
    route(inbox.list, read, async ({ principal, project, query }) => {
      const person = personOf(principal)
      const { next, mentions } = await mentionsFor(deps, project.id, person.id, {
        unread: query.unread ?? false,
        before: query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string'])[0],
        limit: query.limit ?? 50,
      })
      return {
        mentions,
        unread: await unreadCount(deps, project.id, person.id),
        ...(next === undefined ? {} : { next: encodeCursor([next]) }),
      }
    }),
    route(inbox.read, read, async ({ principal, project, body }) => {
      const person = personOf(principal)
      await store.housekeep((tx) => markRead(tx, project.id, person.id, body.comments))
      return { unread: await unreadCount(deps, project.id, person.id) }
    }),
  ]
}

function reportRoutes({ store }: NotesDeps): Route[] {
  return [
    route(reports.list, read, async ({ project, query }) => {
      const limit = query.limit ?? 100
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string', 'string'])
      const found = await listReports(store.read, project.id, { before, limit: limit + 1 })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      return {
        reports: shown,
        ...(found.length > limit && last !== undefined
          ? { next: encodeCursor([last.updated_at, last.id]) }
          : {}),
      }
    }),
    route(reports.create, write, async ({ principal, project, body }) => {
      const id = await store.transact(principal, (tx) => insertReport(tx, project.id, body))
      return await readReport(store.read, project.id, id)
    }),
    route(reports.get, read, ({ project, params, query }) =>
      readReport(store.read, project.id, params.report, query.version),
    ),
    route(reports.versions, read, async ({ project, params }) => {
      await readReport(store.read, project.id, params.report)
      return { versions: await reportVersions(store.read, params.report) }
    }),
    route(reports.update, write, async ({ principal, project, params, body }) => {
      const { based_on: basedOn, ...content } = body
      const report = { projectId: project.id, id: params.report, basedOn }
      await store.transact(principal, (tx) => changeReport(tx, report, content))
      return await readReport(store.read, project.id, params.report)
    }),
    route(reports.delete, write, async ({ principal, project, params }) => {
      await store.transact(principal, (tx) => deleteReport(tx, project.id, params.report))
      return {}
    }),
  ]
}
