import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, ProjectPath, Time } from './names.ts'

/** A window closes when it holds so many rows, or when its time is over. Exactly one of the two is given. */
export const WindowRule = Type.Object({
  rows: Type.Optional(Type.Integer({ minimum: 1 })),
  ms: Type.Optional(Type.Integer({ minimum: 1000 })),
})
export type WindowRule = Static<typeof WindowRule>

export const DriftRule = Type.Object({
  window: WindowRule,
  reference_version_id: Id,
  share: Type.Number({ description: 'Of columns that must drift for the window to count as drifted.' }),
  open_after: Type.Integer({ description: 'Bad windows in a row that open an alert.' }),
  resolve_after: Type.Integer({ description: 'Good windows in a row that resolve it.' }),
})
export type DriftRule = Static<typeof DriftRule>

export const MetricName = Type.Union([
  Type.Literal('accuracy'),
  Type.Literal('f1_macro'),
  Type.Literal('mae'),
  Type.Literal('rmse'),
])
export type MetricName = Static<typeof MetricName>

export const PerformanceRule = Type.Object({
  window: WindowRule,
  metric: MetricName,
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  output: Type.String({ description: 'The output of the model that is compared with the label.' }),
  coverage: Type.Number({ description: 'Share of labelled rows from which a window is mature.' }),
  labels_within_ms: Type.Integer({ description: 'How long labels may take to arrive.' }),
  open_after: Type.Integer(),
  resolve_after: Type.Integer(),
})
export type PerformanceRule = Static<typeof PerformanceRule>

export const Monitor = Type.Object({
  id: Id,
  deployment_id: Id,
  line_id: Type.Union([Id, Type.Null()]),
  drift: Type.Union([DriftRule, Type.Null()]),
  performance: Type.Union([PerformanceRule, Type.Null()]),
  channels: Type.Array(Name),
  created_at: Time,
  changed_at: Time,
  error: Type.Union([Type.String(), Type.Null()], {
    description: 'Why the last evaluation failed, if it did.',
  }),
})
export type Monitor = Static<typeof Monitor>

export const Window = Type.Object({
  first_sequence: Type.Integer({ description: 'Of the first part of the prediction log; names the window.' }),
  last_sequence: Type.Integer(),
  from: Time,
  to: Time,
  rows: Type.Integer(),
})
export type Window = Static<typeof Window>

export const DriftColumn = Type.Object({
  name: Type.String(),
  test: Type.Union([Type.Literal('psi'), Type.Literal('js')], {
    description:
      'psi: population stability index on bins fixed by the reference. ' +
      'js: Jensen-Shannon distance, base 2, on the values of the reference.',
  }),
  score: Type.Number(),
  threshold: Type.Number(),
  p_value: Type.Number({ description: 'Adjusted for the number of columns (Benjamini-Hochberg).' }),
  drifted: Type.Boolean({
    description: 'The score is at or above its threshold and is not noise of sampling.',
  }),
  missing: Type.Number({ description: 'Share of missing values in the window.' }),
})
export type DriftColumn = Static<typeof DriftColumn>

export const DriftWindow = Type.Interface([Window], {
  reference_version_id: Id,
  drifted_share: Type.Number(),
  threshold: Type.Number(),
  verdict: Type.Union([Type.Literal('good'), Type.Literal('bad'), Type.Literal('too_few_rows')]),
  columns: Type.Array(DriftColumn),
})
export type DriftWindow = Static<typeof DriftWindow>

export const PerformanceWindow = Type.Interface([Window], {
  metric: MetricName,
  value: Type.Union([Type.Number(), Type.Null()]),
  interval: Type.Union([Type.Tuple([Type.Number(), Type.Number()]), Type.Null()], {
    description:
      '98 % interval of the value: a window is bad when all of it is on the wrong side of the limit.',
  }),
  limit: Type.Number(),
  labelled: Type.Integer(),
  coverage: Type.Number(),
  mature: Type.Boolean({ description: 'Only mature windows open or resolve an alert.' }),
  verdict: Type.Union([Type.Literal('good'), Type.Literal('bad'), Type.Literal('waiting')]),
  updated_at: Time,
})
export type PerformanceWindow = Static<typeof PerformanceWindow>

const MonitorPath = Type.Object({ project: Name, monitor: Id })
const SeriesQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
  after: Type.Optional(Type.Integer({ description: 'Only windows with a later first_sequence.' })),
})

export const monitors = {
  list: endpoint({
    id: 'monitors.list',
    method: 'GET',
    path: '/projects/:project/monitors',
    summary: 'Monitors of a project; a deployment has one.',
    params: ProjectPath,
    query: Type.Object({ deployment_id: Type.Optional(Id), line_id: Type.Optional(Id) }),
    reply: Type.Object({ monitors: Type.Array(Monitor) }),
  }),
  get: endpoint({
    id: 'monitors.get',
    method: 'GET',
    path: '/projects/:project/monitors/:monitor',
    summary: 'One monitor.',
    params: MonitorPath,
    reply: Monitor,
  }),
  drift: endpoint({
    id: 'monitors.drift',
    method: 'GET',
    path: '/projects/:project/monitors/:monitor/drift',
    summary: 'The latest windows compared with the reference, oldest first.',
    params: MonitorPath,
    query: SeriesQuery,
    reply: Type.Object({ windows: Type.Array(DriftWindow) }),
  }),
  performance: endpoint({
    id: 'monitors.performance',
    method: 'GET',
    path: '/projects/:project/monitors/:monitor/performance',
    summary: 'The latest windows compared with labels, oldest first; they change as labels arrive.',
    params: MonitorPath,
    query: SeriesQuery,
    reply: Type.Object({ windows: Type.Array(PerformanceWindow) }),
  }),
}
