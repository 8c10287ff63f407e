import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { ProjectPath } from './names.ts'
import { MetricValue, RunId, RunStatus } from './runs.ts'

/** `metrics.<key>`, `params.<key>` or `tags.<key>`; the key as it is, without quotes. */
export const ColumnName = Type.String({ maxLength: 600, pattern: '^(metrics|params|tags)\\.[\\s\\S]+$' })
const Columns = Type.Array(ColumnName, { maxItems: 60 })

const Search = {
  experiments: Type.Optional(
    Type.Array(Type.String({ pattern: '^[0-9]{1,18}$' }), {
      maxItems: 100,
      description: 'Absent: all experiments.',
    }),
  ),
  filter: Type.Optional(Type.String({ maxLength: 8192, description: "As MLflow's." })),
  deleted: Type.Optional(Type.Boolean({ description: 'Only deleted runs.' })),
}

/** What a table shows of a run: no more than that, so that tens of thousands can be read. */
export const TableRun = Type.Object({
  id: RunId,
  name: Type.String(),
  experiment_id: Type.String(),
  status: RunStatus,
  user: Type.String(),
  source: Type.Union([Type.String(), Type.Null()]),
  /** Milliseconds since 1970. */
  start: Type.Integer(),
  end: Type.Union([Type.Integer(), Type.Null()]),
  children: Type.Integer({ description: 'Runs whose tag mlflow.parentRunId names this one.' }),
  values: Type.Array(Type.Union([MetricValue, Type.String(), Type.Null()]), {
    description: 'In the order of the columns asked for; metrics by their latest point.',
  }),
})
export type TableRun = Static<typeof TableRun>

/** A metric over the runs of a group that have it. */
const Aggregate = Type.Union([
  Type.Object({
    runs: Type.Integer(),
    mean: MetricValue,
    min: MetricValue,
    max: MetricValue,
  }),
  Type.Null(),
])
export type Aggregate = Static<typeof Aggregate>

export const RunGroup = Type.Object({
  value: Type.Union([Type.String(), Type.Null()], { description: 'Null for runs that lack the key.' }),
  runs: Type.Integer(),
  running: Type.Integer(),
  failed: Type.Integer(),
  last_start: Type.Integer({ description: 'Milliseconds since 1970.' }),
  aggregates: Type.Array(Aggregate, { description: 'In the order of the metrics asked for.' }),
})
export type RunGroup = Static<typeof RunGroup>

export const runTable = {
  rows: endpoint({
    id: 'runTable.rows',
    method: 'POST',
    path: '/projects/:project/run-table',
    summary: 'Searches runs for a table: only the columns asked for, in pages of up to 5,000.',
    params: ProjectPath,
    body: Type.Object({
      ...Search,
      order: Type.Optional(Type.String({ maxLength: 1024 })),
      columns: Type.Optional(Columns),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 200 })),
      cursor: Type.Optional(Type.String({ maxLength: 2048 })),
    }),
    reply: Type.Object({ runs: Type.Array(TableRun), next: Type.Optional(Type.String()) }),
  }),
  count: endpoint({
    id: 'runTable.count',
    method: 'POST',
    path: '/projects/:project/run-table/count',
    summary: 'How many runs a search finds, and how many of them are running.',
    params: ProjectPath,
    body: Type.Object(Search),
    reply: Type.Object({ runs: Type.Integer(), running: Type.Integer() }),
  }),
  groups: endpoint({
    id: 'runTable.groups',
    method: 'POST',
    path: '/projects/:project/run-table/groups',
    summary:
      'The runs of a search by experiment or by the value of a parameter or tag: the 1,000 largest groups.',
    params: ProjectPath,
    body: Type.Object({
      ...Search,
      by: Type.String({ maxLength: 600, pattern: '^(experiment|params\\.[\\s\\S]+|tags\\.[\\s\\S]+)$' }),
      metrics: Type.Optional(Type.Array(Type.String({ maxLength: 250 }), { maxItems: 30 })),
    }),
    reply: Type.Object({ groups: Type.Array(RunGroup) }),
  }),
  keys: endpoint({
    id: 'runTable.keys',
    method: 'GET',
    path: '/projects/:project/run-table/keys',
    summary: 'The keys of metrics, parameters and tags of the newest and oldest runs, the most used first.',
    params: ProjectPath,
    query: Type.Object({
      experiment: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}(,[0-9]{1,18})*$' })),
    }),
    reply: Type.Object({
      metrics: Type.Array(Type.String()),
      params: Type.Array(Type.String()),
      tags: Type.Array(Type.String()),
    }),
  }),
  values: endpoint({
    id: 'runTable.values',
    method: 'GET',
    path: '/projects/:project/run-table/values',
    summary: 'Values of a parameter, tag or attribute among the newest and oldest runs, the most used first.',
    params: ProjectPath,
    query: Type.Object({
      of: Type.String({ maxLength: 600, pattern: '^(params|tags|attributes)\\.[\\s\\S]+$' }),
      prefix: Type.Optional(Type.String({ maxLength: 250 })),
      experiment: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}(,[0-9]{1,18})*$' })),
    }),
    reply: Type.Object({ values: Type.Array(Type.String()) }),
  }),
  change: endpoint({
    id: 'runTable.change',
    method: 'POST',
    path: '/projects/:project/run-table/change',
    summary: 'Deletes or restores runs, or sets and (with null) removes their tags; all of them or none.',
    params: ProjectPath,
    body: Type.Object({
      runs: Type.Array(RunId, { minItems: 1, maxItems: 1000 }),
      deleted: Type.Optional(Type.Boolean()),
      tags: Type.Optional(
        Type.Record(
          Type.String({ minLength: 1, maxLength: 250 }),
          Type.Union([Type.String({ maxLength: 8000 }), Type.Null()]),
        ),
      ),
    }),
    reply: Type.Object({ runs: Type.Integer() }),
  }),
}
