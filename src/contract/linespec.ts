import { type Static, Type } from 'typebox'
import { Name } from './names.ts'

/** A span of time as people write it: 500ms, 30s, 10m, 6h, 7d. */
const Duration = Type.String({
  pattern: '^[0-9]+(ms|s|m|h|d)$',
  description: 'For example 30s, 10m, 6h or 7d.',
})
const Expression = Type.String({ maxLength: 200 })
const File = Type.String({
  pattern: '^(\\./)?[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}$',
  description: 'A file beside slipway.yaml, for example ./checks.yaml.',
})
const closed = { additionalProperties: false } as const

const Data = Type.Object(
  {
    train: Type.Object(
      {
        dataset: Name,
        label: Type.String({ description: 'The column to predict.' }),
        id: Type.Optional(Type.String({ description: 'The column that names a row.' })),
        time: Type.Optional(Type.String({ description: 'The column that says when a row was observed.' })),
        format: Type.Optional(
          Type.Enum(['parquet', 'csv'], { description: 'How the command gets its rows. Default parquet.' }),
        ),
        features: Type.Optional(
          Type.Array(Type.String(), {
            description: 'Columns in the order of the tensor. Default: all other numeric columns.',
          }),
        ),
      },
      closed,
    ),
    checks: Type.Optional(File),
    holdout: Type.Optional(
      Type.Number({
        minimum: 0.05,
        maximum: 0.5,
        description: 'Share of rows kept for evaluation. Default 0.2.',
      }),
    ),
  },
  closed,
)

const Train = Type.Object(
  {
    run: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'The command, for example python train.py.',
    }),
    python: Type.Optional(File),
    params: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' }),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
      ),
    ),
    resources: Type.Optional(
      Type.Object(
        {
          cpu: Type.Optional(Type.Number({ minimum: 0.1, maximum: 1024 })),
          memory: Type.Optional(
            Type.String({ pattern: '^[0-9]+(Mi|Gi)$', description: 'For example 512Mi or 2Gi.' }),
          ),
        },
        closed,
      ),
    ),
    timeout: Type.Optional(Duration),
  },
  closed,
)

const Gate = Type.Union([
  Type.Object({ metric: Expression }, closed),
  Type.Object({ champion: Expression }, closed),
  Type.Object(
    { slice: Type.Object({ by: Type.String(), metric: Type.String(), min: Type.Number() }, closed) },
    closed,
  ),
  Type.Object(
    {
      approvals: Type.Object(
        {
          count: Type.Integer({ minimum: 1, maximum: 10 }),
          role: Type.Optional(Type.Enum(['reviewer', 'admin'])),
        },
        closed,
      ),
    },
    closed,
  ),
])

const Deploy = Type.Object(
  {
    rollout: Type.Optional(
      Type.Object(
        {
          steps: Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { minItems: 1, maxItems: 20 }),
          every: Type.Optional(Duration),
          requests: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Requests that the new revision answers at each step.' }),
          ),
          abort_if: Type.Optional(Type.Array(Expression, { maxItems: 20 })),
        },
        closed,
      ),
    ),
  },
  closed,
)

const Window = Type.String({
  pattern: '^[0-9]+( rows|s|m|h|d)$',
  description: 'By time, for example 1d, or by count, for example 500 rows.',
})

const Monitor = Type.Object(
  {
    drift: Type.Optional(
      Type.Object(
        {
          window: Window,
          reference: Type.Optional(Type.Literal('training')),
          share: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: 1,
              description: 'Drifted columns that make an alert. Default 0.5.',
            }),
          ),
        },
        closed,
      ),
    ),
    performance: Type.Optional(
      Type.Object(
        {
          metric: Type.Enum(['accuracy', 'f1_macro', 'mae', 'rmse']),
          min: Type.Optional(Type.Number()),
          max: Type.Optional(Type.Number()),
          window: Type.Optional(Window),
          labels_within: Type.Optional(Duration),
        },
        closed,
      ),
    ),
    alert: Type.Optional(Type.Array(Name, { description: "Names of the project's alert channels." })),
  },
  closed,
)

const Retrain = Type.Object(
  {
    when: Type.Array(
      Type.Union([
        Type.Literal('drift'),
        Type.Literal('performance'),
        Type.Object({ cron: Type.String({ maxLength: 100 }) }, closed),
        Type.Object({ new_rows: Type.Integer({ minimum: 1 }) }, closed),
      ]),
      { maxItems: 20 },
    ),
    min_labels: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'New labelled predictions to wait for after an alert. Default 100.',
      }),
    ),
    cooldown: Type.Optional(Duration),
  },
  closed,
)

/** The text of slipway.yaml, version 1. */
export const LineSpec = Type.Object(
  {
    version: Type.Literal(1),
    line: Name,
    owner: Type.String({ minLength: 1, maxLength: 200 }),
    risk: Type.Optional(Type.Enum(['minimal', 'limited', 'high'])),
    data: Data,
    train: Train,
    gates: Type.Optional(Type.Array(Gate, { maxItems: 50 })),
    deploy: Type.Optional(Deploy),
    monitor: Type.Optional(Monitor),
    retrain: Type.Optional(Retrain),
  },
  closed,
)
export type LineSpec = Static<typeof LineSpec>
export type GateSpec = Static<typeof Gate>
