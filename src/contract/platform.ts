import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Time } from './names.ts'

export const Health = Type.Object({ status: Type.Literal('ok') })

export const Version = Type.Object({ version: Type.String(), api: Type.Literal('v1') })

/** One part of the platform as it sees itself. */
const Part = Type.Object({
  name: Type.String(),
  state: Type.Enum(['ok', 'degraded', 'down']),
  message: Type.String(),
})

export const WorkKind = Type.Object({
  kind: Type.String(),
  /** Due now and not yet claimed. */
  waiting: Type.Integer(),
  /** To be run at a later time. */
  scheduled: Type.Integer(),
  running: Type.Integer(),
  /** Given up after its last attempt. */
  failed: Type.Integer(),
  /** Since when the longest waiting has been due. */
  oldest_due_at: Type.Union([Time, Type.Null()]),
})
export type WorkKind = Static<typeof WorkKind>

export const WorkFailure = Type.Object({
  kind: Type.String(),
  key: Type.String(),
  attempts: Type.Integer(),
  error: Type.String(),
  failed_at: Type.Union([Time, Type.Null()]),
})
export type WorkFailure = Static<typeof WorkFailure>

export const PlatformStatus = Type.Object({
  version: Type.String(),
  started_at: Time,
  parts: Type.Array(Part),
  projects: Type.Integer(),
  users: Type.Integer(),
})
export type PlatformStatus = Static<typeof PlatformStatus>

export const platform = {
  health: endpoint({
    id: 'platform.health',
    method: 'GET',
    path: '/health',
    summary: 'Answers when the platform can serve requests',
    reply: Health,
  }),
  version: endpoint({
    id: 'platform.version',
    method: 'GET',
    path: '/version',
    summary: 'Tells the version of the platform',
    reply: Version,
  }),
  status: endpoint({
    id: 'platform.status',
    method: 'GET',
    path: '/platform/status',
    summary: 'Shows the state of the parts of the platform',
    reply: PlatformStatus,
  }),
  work: endpoint({
    id: 'platform.work',
    method: 'GET',
    path: '/platform/work',
    summary: 'Shows the work queue: how much waits, runs and has failed, by kind',
    reply: Type.Object({ kinds: Type.Array(WorkKind), failures: Type.Array(WorkFailure) }),
  }),
}
