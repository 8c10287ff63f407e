import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

export const AlertKind = Type.Union([Type.Literal('drift'), Type.Literal('performance')])
export type AlertKind = Static<typeof AlertKind>

export const AlertState = Type.Union([
  Type.Literal('open'),
  Type.Literal('acknowledged'),
  Type.Literal('resolved'),
])
export type AlertState = Static<typeof AlertState>

/** Why it was opened: the window's numbers at that time, never changed afterwards. */
export const AlertEvidence = Type.Object({
  window: Type.Object({
    first_sequence: Type.Integer(),
    last_sequence: Type.Integer(),
    from: Time,
    to: Time,
    rows: Type.Integer(),
  }),
  /** Of drift. */
  drifted_share: Type.Optional(Type.Number()),
  threshold: Type.Optional(Type.Number()),
  columns: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        test: Type.String(),
        score: Type.Number(),
        threshold: Type.Number(),
        p_value: Type.Number(),
      }),
      { description: 'The columns that drifted most, worst first.' },
    ),
  ),
  /** Of performance. */
  metric: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  bound: Type.Optional(Type.Number({ description: 'The better end of the interval of the value.' })),
  limit: Type.Optional(Type.Number()),
  labelled: Type.Optional(Type.Integer()),
})
export type AlertEvidence = Static<typeof AlertEvidence>

export const Delivery = Type.Object({
  id: Id,
  channel: Type.String(),
  event: Type.Union([Type.Literal('opened'), Type.Literal('resolved')]),
  state: Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'The HTTP status of the last answer.' }),
  error: Type.Union([Type.String(), Type.Null()]),
  created_at: Time,
  finished_at: Type.Union([Time, Type.Null()]),
})
export type Delivery = Static<typeof Delivery>

export const Alert = Type.Object({
  id: Id,
  kind: AlertKind,
  state: AlertState,
  title: Type.String({ description: 'One sentence for people.' }),
  deployment_id: Id,
  monitor_id: Id,
  line_id: Type.Union([Id, Type.Null()]),
  evidence: AlertEvidence,
  windows: Type.Integer({ description: 'How many bad windows it has seen so far.' }),
  opened_at: Time,
  acknowledged_at: Type.Union([Time, Type.Null()]),
  acknowledged_by: Type.Union([Type.String(), Type.Null()]),
  resolved_at: Type.Union([Time, Type.Null()]),
  resolution: Type.Union([Type.String(), Type.Null()]),
})
export type Alert = Static<typeof Alert>

export const AlertDetail = Type.Interface([Alert], { deliveries: Type.Array(Delivery) })
export type AlertDetail = Static<typeof AlertDetail>

export const Channel = Type.Object({
  id: Id,
  name: Name,
  kind: Type.Literal('webhook'),
  host: Type.String({ description: 'Scheme and host; the rest of the address may be secret.' }),
  created_at: Time,
})
export type Channel = Static<typeof Channel>

const AlertPath = Type.Object({ project: Name, alert: Id })
const ChannelPath = Type.Object({ project: Name, channel: Name })

export const alerts = {
  list: endpoint({
    id: 'alerts.list',
    method: 'GET',
    path: '/projects/:project/alerts',
    summary: 'Alerts, newest first.',
    params: ProjectPath,
    query: Type.Object({
      ...PageQuery,
      state: Type.Optional(AlertState),
      deployment_id: Type.Optional(Id),
      line_id: Type.Optional(Id),
    }),
    reply: Type.Object({ alerts: Type.Array(Alert), next: Type.Optional(Type.String()) }),
  }),
  get: endpoint({
    id: 'alerts.get',
    method: 'GET',
    path: '/projects/:project/alerts/:alert',
    summary: 'One alert with its evidence and deliveries.',
    params: AlertPath,
    reply: AlertDetail,
  }),
  acknowledge: endpoint({
    id: 'alerts.acknowledge',
    method: 'POST',
    path: '/projects/:project/alerts/:alert/acknowledge',
    summary: 'Says that somebody looks after it. It stays unresolved.',
    params: AlertPath,
    body: Type.Object({}),
    reply: Alert,
  }),
  resolve: endpoint({
    id: 'alerts.resolve',
    method: 'POST',
    path: '/projects/:project/alerts/:alert/resolve',
    summary: 'Closes it by hand. It opens again when a later window is bad.',
    params: AlertPath,
    body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 2000 })) }),
    reply: Alert,
  }),
}

export const channels = {
  list: endpoint({
    id: 'channels.list',
    method: 'GET',
    path: '/projects/:project/channels',
    summary: 'Channels that alerts can be sent to.',
    params: ProjectPath,
    reply: Type.Object({ channels: Type.Array(Channel) }),
  }),
  create: endpoint({
    id: 'channels.create',
    method: 'POST',
    path: '/projects/:project/channels',
    summary: 'Declares a webhook. Posts are signed as Standard Webhooks says; the secret is shown only now.',
    params: ProjectPath,
    body: Type.Object({
      name: Name,
      kind: Type.Literal('webhook'),
      url: Type.String({ maxLength: 2048, pattern: '^https?://' }),
      secret: Type.Optional(
        Type.String({
          pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
          description: 'Made by the server when left out.',
        }),
      ),
    }),
    reply: Type.Interface([Channel], { secret: Type.String() }),
  }),
  delete: endpoint({
    id: 'channels.delete',
    method: 'DELETE',
    path: '/projects/:project/channels/:channel',
    summary: 'Removes a channel. What is still to be delivered to it fails.',
    params: ChannelPath,
    reply: Type.Object({}),
  }),
}
