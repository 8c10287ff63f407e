import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, Time } from './names.ts'

const deploymentPath = Type.Object({ project: Name, deployment: Name })

/** What turned out to be true of one predicted row. Sent again, the later one holds. */
export const NewLabel = Type.Object(
  {
    prediction_id: Type.Optional(Id),
    request_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    row: Type.Optional(
      Type.Integer({ minimum: 0, default: 0, description: 'The row in the request. Default 0.' }),
    ),
    value: Type.Union([Type.String({ maxLength: 4096 }), Type.Number(), Type.Boolean()]),
    observed_at: Type.Optional(Time),
  },
  { additionalProperties: false, description: 'Exactly one of prediction_id and request_id.' },
)
export type NewLabel = Static<typeof NewLabel>

export const Coverage = Type.Object({
  rows: Type.Integer({ description: 'Predicted rows.' }),
  labelled: Type.Integer({ description: 'Of these, rows that a label joins.' }),
  share: Type.Union([Type.Number(), Type.Null()]),
})
export type Coverage = Static<typeof Coverage>

export const labels = {
  create: endpoint({
    id: 'labels.create',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/labels',
    summary:
      'Send labels. They may come before the prediction can be queried, late, or again as corrections.',
    params: deploymentPath,
    body: Type.Object(
      { labels: Type.Array(NewLabel, { minItems: 1, maxItems: 10_000 }) },
      { additionalProperties: false },
    ),
    reply: Type.Object({ accepted: Type.Integer() }),
  }),
  coverage: endpoint({
    id: 'labels.coverage',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/labels/coverage',
    summary: 'How many predicted rows have a label, in all and per hour.',
    params: deploymentPath,
    query: Type.Object({ hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720, default: 24 })) }),
    reply: Type.Object({
      received: Type.Integer({ description: 'Labels received in that time, corrections included.' }),
      last_received_at: Type.Union([Time, Type.Null()]),
      total: Coverage,
      hours: Type.Array(Type.Object({ hour: Time, ...Coverage.properties }), {
        description: 'Oldest first.',
      }),
    }),
  }),
}
