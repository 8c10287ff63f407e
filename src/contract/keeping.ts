import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, PageQuery, ProjectPath, Time } from './names.ts'

/** What a legal hold keeps from being deleted. */
export const Hold = Type.Object({
  id: Id,
  of: Type.String({ description: '`runs/<run>`, `experiments/<experiment>` or `models/<name>/<version>`.' }),
  name: Type.String({ description: 'For people.' }),
  reason: Type.String(),
  placed_by: Type.String(),
  placed_at: Time,
  released_by: Type.Union([Type.String(), Type.Null()]),
  released_at: Type.Union([Time, Type.Null()]),
  release_reason: Type.Union([Type.String(), Type.Null()]),
})
export type Hold = Static<typeof Hold>

const Reason = Type.String({ minLength: 1, maxLength: 1000 })
const Days = Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()])

export const holds = {
  list: endpoint({
    id: 'holds.list',
    method: 'GET',
    path: '/projects/:project/holds',
    summary: 'Legal holds, newest first.',
    params: ProjectPath,
    query: Type.Object({
      ...PageQuery,
      released: Type.Optional(Type.Boolean({ description: 'Also those released.' })),
    }),
    reply: Type.Object({ holds: Type.Array(Hold), next: Type.Optional(Type.String()) }),
  }),
  place: endpoint({
    id: 'holds.place',
    method: 'POST',
    path: '/projects/:project/holds',
    summary: 'Keeps a run, experiment or model version from being deleted, whoever asks.',
    params: ProjectPath,
    body: Type.Object({
      of: Type.String({
        maxLength: 600,
        pattern: '^(runs/[0-9a-f]{32}|experiments/[0-9]{1,18}|models/[^/]{1,256}/[^/]{1,250})$',
      }),
      reason: Reason,
    }),
    reply: Hold,
  }),
  release: endpoint({
    id: 'holds.release',
    method: 'POST',
    path: '/projects/:project/holds/:hold/release',
    summary: 'Releases a legal hold.',
    params: Type.Object({ ...ProjectPath.properties, hold: Id }),
    body: Type.Object({ reason: Reason }),
    reply: Hold,
  }),
}

/** How many days a project keeps what it need not; null is for ever. */
export const Retention = Type.Object({
  deleted_days: Type.Union([Type.Integer({ minimum: 0, maximum: 36_500 }), Type.Null()], {
    description: 'Deleted runs, logged models and experiments, which can be restored meanwhile.',
  }),
  artifacts_days: Type.Union([Days], { description: 'Files of runs, after their end.' }),
  traces_days: Type.Union([Days], { description: 'Traces, after their start.' }),
})
export type Retention = Static<typeof Retention>

export const retention = {
  get: endpoint({
    id: 'retention.get',
    method: 'GET',
    path: '/projects/:project/retention',
    summary: 'How long the project keeps what it need not.',
    params: ProjectPath,
    reply: Retention,
  }),
  set: endpoint({
    id: 'retention.set',
    method: 'PUT',
    path: '/projects/:project/retention',
    summary: 'Sets how long the project keeps what it need not.',
    params: ProjectPath,
    body: Retention,
    reply: Retention,
  }),
}

const Amount = Type.Object({ blobs: Type.Integer(), bytes: Type.Integer() })

/** One pass of the garbage collector over the blob store. */
export const Sweep = Type.Object({
  id: Id,
  dry_run: Type.Boolean(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  stored: Type.Intersect([Amount], { description: 'All blobs.' }),
  garbage: Type.Intersect([Amount], { description: 'Blobs that nothing refers to.' }),
  freed: Type.Intersect([Amount], {
    description:
      'Garbage that was freed (on a dry run: would be) because it was garbage for the whole grace period.',
  }),
  missing: Type.Array(DigestText, {
    description: 'Blobs that something refers to and that are not stored; at most 100.',
  }),
  error: Type.Union([Type.String(), Type.Null()]),
  by: Type.String(),
  started_at: Time,
  ended_at: Type.Union([Time, Type.Null()]),
})
export type Sweep = Static<typeof Sweep>

export const sweeps = {
  list: endpoint({
    id: 'sweeps.list',
    method: 'GET',
    path: '/platform/sweeps',
    summary: 'Passes of the garbage collector, newest first.',
    reply: Type.Object({ sweeps: Type.Array(Sweep), grace_hours: Type.Number() }),
  }),
  get: endpoint({
    id: 'sweeps.get',
    method: 'GET',
    path: '/platform/sweeps/:sweep',
    summary: 'One pass of the garbage collector.',
    params: Type.Object({ sweep: Id }),
    reply: Sweep,
  }),
  start: endpoint({
    id: 'sweeps.start',
    method: 'POST',
    path: '/platform/sweeps',
    summary: 'Has a worker free what nothing refers to, or (dry run) say what it would free.',
    body: Type.Object({ dry_run: Type.Boolean() }),
    reply: Sweep,
  }),
}
