import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, Time } from './names.ts'

const deploymentPath = Type.Object({ project: Name, deployment: Name })

/** A value of the log or a label: a scalar, or an array for tensors that are not split into features. */
export const Value = Type.Unknown()

/** One row that a model answered. */
export const Prediction = Type.Object({
  /** Made by the server and returned in the header `slipway-prediction-id`. */
  id: Type.String(),
  /** The row in its request: 0 for the first. */
  row: Type.Integer(),
  /** The caller's own id, if it sent one. Not unique. */
  request_id: Type.Union([Type.String(), Type.Null()]),
  time: Time,
  revision: Type.Integer(),
  model_version_id: Type.Union([Id, Type.Null()]),
  latency_us: Type.Union([Type.Integer(), Type.Null()]),
  inputs: Type.Record(Type.String(), Value),
  outputs: Type.Record(Type.String(), Value),
  /** The newest label that joins it; absent when there is none. */
  label: Type.Optional(Type.Object({ value: Value, observed_at: Time, received_at: Time })),
})
export type Prediction = Static<typeof Prediction>

export const predictions = {
  list: endpoint({
    id: 'predictions.list',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/predictions',
    summary:
      'The newest predictions with inputs, outputs and labels. They lag a few seconds behind the answers.',
    params: deploymentPath,
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      revision: Type.Optional(Type.Integer({ minimum: 1 })),
      before: Type.Optional(Time),
    }),
    reply: Type.Object({ predictions: Type.Array(Prediction, { description: 'Newest first.' }) }),
  }),
  get: endpoint({
    id: 'predictions.get',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/predictions/:prediction',
    summary: 'All rows of one prediction.',
    params: Type.Object({ project: Name, deployment: Name, prediction: Id }),
    reply: Type.Object({ rows: Type.Array(Prediction) }),
  }),
}
