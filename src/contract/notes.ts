import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, PageQuery, ProjectPath, Time } from './names.ts'

/** What people talk about. Its id: a run's or version's or report's own id; a model's name. */
export const SubjectType = Type.Union([
  Type.Literal('run'),
  Type.Literal('model'),
  Type.Literal('model_version'),
  Type.Literal('report'),
])
export type SubjectType = Static<typeof SubjectType>
const SubjectId = Type.String({ minLength: 1, maxLength: 256 })

export const Subject = Type.Object({
  type: SubjectType,
  id: SubjectId,
  title: Type.String({ description: "For people: a run's name, `digits v3`, a report's title." }),
  /** Of a model and of a version. */
  model: Type.Optional(Type.String()),
  version: Type.Optional(Type.Integer()),
})
export type Subject = Static<typeof Subject>

export const Comment = Type.Object({
  id: Id,
  author: Type.String(),
  own: Type.Boolean({ description: 'Whether the caller wrote it, and so may change it.' }),
  body: Type.String({ description: 'Markdown; `@name` mentions a member of the project.' }),
  mentions: Type.Array(Type.String(), { description: 'The members that it mentions.' }),
  created_at: Time,
  edited_at: Type.Union([Time, Type.Null()]),
})
export type Comment = Static<typeof Comment>

/** A comment that mentions the caller. */
export const Mention = Type.Object({
  comment: Comment,
  subject: Subject,
  read: Type.Boolean(),
})
export type Mention = Static<typeof Mention>

const Body = Type.String({ minLength: 1, maxLength: 20_000 })
const CommentPath = Type.Object({ ...ProjectPath.properties, comment: Id })

export const comments = {
  list: endpoint({
    id: 'comments.list',
    method: 'GET',
    path: '/projects/:project/comments',
    summary: 'What was said about one thing, oldest first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, subject_type: SubjectType, subject_id: SubjectId }),
    reply: Type.Object({ comments: Type.Array(Comment), next: Type.Optional(Type.String()) }),
  }),
  create: endpoint({
    id: 'comments.create',
    method: 'POST',
    path: '/projects/:project/comments',
    summary: 'Comments on a run, model, version or report; who is mentioned finds it in their inbox.',
    params: ProjectPath,
    body: Type.Object({ subject_type: SubjectType, subject_id: SubjectId, body: Body }),
    reply: Comment,
  }),
  update: endpoint({
    id: 'comments.update',
    method: 'PATCH',
    path: '/projects/:project/comments/:comment',
    summary: 'Changes a comment of the caller.',
    params: CommentPath,
    body: Type.Object({ body: Body }),
    reply: Comment,
  }),
  delete: endpoint({
    id: 'comments.delete',
    method: 'DELETE',
    path: '/projects/:project/comments/:comment',
    summary: 'Deletes a comment of the caller.',
    params: CommentPath,
    reply: Type.Object({}),
  }),
}

export const inbox = {
  list: endpoint({
    id: 'inbox.list',
    method: 'GET',
    path: '/projects/:project/inbox',
    summary: 'The comments that mention the caller, newest first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, unread: Type.Optional(Type.Boolean()) }),
    reply: Type.Object({
      mentions: Type.Array(Mention),
      unread: Type.Integer({ description: 'How many there are in all.' }),
      next: Type.Optional(Type.String()),
    }),
  }),
  read: endpoint({
    id: 'inbox.read',
    method: 'POST',
    path: '/projects/:project/inbox/read',
    summary: 'Marks mentions as read: those named, or all.',
    params: ProjectPath,
    body: Type.Object({ comments: Type.Optional(Type.Array(Id, { maxItems: 1000 })) }),
    reply: Type.Object({ unread: Type.Integer() }),
  }),
}
