import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, PageQuery, ProjectPath, Time } from './names.ts'

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  actor: Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() }),
  /** `noun.verb`, for example `deployment.create`. */
  action: Type.String(),
  project: Type.Union([Type.String(), Type.Null()]),
  subject_type: Type.String(),
  subject_id: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
})
export type AuditEntry = Static<typeof AuditEntry>

const Text = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }))
const Filter = Type.Object({
  ...PageQuery,
  /** An action, or the beginning of several: `deployment.` */
  action: Text,
  /** The actor's id or name. */
  actor: Text,
  subject_type: Text,
  subject_id: Text,
  from: Type.Optional(Time),
  to: Type.Optional(Time),
})
const Page = Type.Object({ entries: Type.Array(AuditEntry), next: Type.Optional(Type.String()) })

export const audit = {
  list: endpoint({
    id: 'audit.list',
    method: 'GET',
    path: '/projects/:project/audit',
    summary: 'Lists what was changed in a project, newest first',
    params: ProjectPath,
    query: Filter,
    reply: Page,
  }),
  listAll: endpoint({
    id: 'audit.list_all',
    method: 'GET',
    path: '/audit',
    summary: 'Lists what was changed on the platform and in every project, newest first',
    query: Filter,
    reply: Page,
  }),
}
