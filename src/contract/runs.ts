import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, PageQuery, ProjectPath, Time } from './names.ts'

/** 32 hex digits. */
export const RunId = Type.String({ pattern: '^[0-9a-f]{32}$' })
export const RunStatus = Type.Union([
  Type.Literal('running'),
  Type.Literal('scheduled'),
  Type.Literal('finished'),
  Type.Literal('failed'),
  Type.Literal('killed'),
])
export type RunStatus = Static<typeof RunStatus>

/** JSON has no word for these three, so they travel as strings. */
export const MetricValue = Type.Union([
  Type.Number(),
  Type.Literal('NaN'),
  Type.Literal('Infinity'),
  Type.Literal('-Infinity'),
])
export type MetricValue = Static<typeof MetricValue>

/** The latest point of a metric (greatest step, then time, then value) with what is known of all its points. */
export const MetricSummary = Type.Object({
  value: MetricValue,
  step: Type.Integer(),
  /** Milliseconds since 1970. */
  time: Type.Integer(),
  /** Of the points that are numbers; null when none is. */
  min: Type.Union([MetricValue, Type.Null()]),
  max: Type.Union([MetricValue, Type.Null()]),
  count: Type.Integer(),
})
export type MetricSummary = Static<typeof MetricSummary>

export const Experiment = Type.Object({
  id: Type.String({ description: 'A decimal number; "0" is the default experiment of project default.' }),
  name: Type.String(),
  deleted: Type.Boolean(),
  created_at: Time,
  updated_at: Time,
  tags: Type.Record(Type.String(), Type.String()),
  runs: Type.Integer({ description: 'Runs that are not deleted.' }),
  last_run_at: Type.Union([Time, Type.Null()]),
})
export type Experiment = Static<typeof Experiment>

export const RunDataset = Type.Object({
  name: Type.String(),
  digest: Type.String(),
  source_type: Type.String(),
  source: Type.String(),
  context: Type.Union([Type.String(), Type.Null()]),
})

export const Run = Type.Object({
  id: RunId,
  name: Type.String(),
  experiment_id: Type.String(),
  status: RunStatus,
  user: Type.String(),
  source: Type.Union([Type.String(), Type.Null()], {
    description: 'What made it, for example a pipeline job.',
  }),
  started_at: Time,
  ended_at: Type.Union([Time, Type.Null()]),
  deleted: Type.Boolean(),
  params: Type.Record(Type.String(), Type.String()),
  metrics: Type.Record(Type.String(), MetricSummary),
  tags: Type.Record(Type.String(), Type.String()),
})
export type Run = Static<typeof Run>

export const RunDetail = Type.Object({
  ...Run.properties,
  experiment: Type.String(),
  datasets: Type.Array(RunDataset),
})
export type RunDetail = Static<typeof RunDetail>

/** A logged model that a run made or read, before anything is registered. */
export const RunModel = Type.Object({
  id: Type.String({ description: '`m-` and 32 hex digits.' }),
  name: Type.String(),
  model_type: Type.String(),
  status: Type.String(),
  direction: Type.Union([Type.Literal('input'), Type.Literal('output')]),
  step: Type.Integer(),
  source_run: Type.Union([RunId, Type.Null()]),
  created_at: Time,
})
export type RunModel = Static<typeof RunModel>

export const MetricPoint = Type.Object({ step: Type.Integer(), time: Type.Integer(), value: MetricValue })
export type MetricPoint = Static<typeof MetricPoint>

export const Artifact = Type.Object({
  /** From the root of the run's artifacts, with `/`. */
  path: Type.String(),
  directory: Type.Boolean(),
  size: Type.Union([Type.Integer(), Type.Null()]),
  digest: Type.Union([DigestText, Type.Null()]),
})
export type Artifact = Static<typeof Artifact>

const RunPath = Type.Object({ ...ProjectPath.properties, run: RunId })
const ExperimentPath = Type.Object({
  ...ProjectPath.properties,
  experiment: Type.String({ pattern: '^[0-9]{1,18}$' }),
})
const Next = Type.Optional(Type.String())
const Deleted = Type.Object({ deleted: Type.Boolean() })

export const experiments = {
  list: endpoint({
    id: 'experiments.list',
    method: 'GET',
    path: '/projects/:project/experiments',
    summary: 'Lists experiments, the one changed last first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, deleted: Type.Optional(Type.Boolean()) }),
    reply: Type.Object({ experiments: Type.Array(Experiment), next: Next }),
  }),
  create: endpoint({
    id: 'experiments.create',
    method: 'POST',
    path: '/projects/:project/experiments',
    summary: 'Creates an experiment.',
    params: ProjectPath,
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 500 }) }),
    reply: Experiment,
  }),
  get: endpoint({
    id: 'experiments.get',
    method: 'GET',
    path: '/projects/:project/experiments/:experiment',
    summary: 'One experiment.',
    params: ExperimentPath,
    reply: Experiment,
  }),
  delete: endpoint({
    id: 'experiments.delete',
    method: 'DELETE',
    path: '/projects/:project/experiments/:experiment',
    summary: 'Deletes an experiment and its runs; both can be restored.',
    params: ExperimentPath,
    reply: Deleted,
  }),
  update: endpoint({
    id: 'experiments.update',
    method: 'PATCH',
    path: '/projects/:project/experiments/:experiment',
    summary:
      'Renames an experiment, or sets and (with null) removes tags; its note is the tag mlflow.note.content.',
    params: ExperimentPath,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      tags: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    }),
    reply: Experiment,
  }),
  restore: endpoint({
    id: 'experiments.restore',
    method: 'POST',
    path: '/projects/:project/experiments/:experiment/restore',
    summary: 'Restores a deleted experiment with its runs.',
    params: ExperimentPath,
    reply: Experiment,
  }),
}

export const runs = {
  list: endpoint({
    id: 'runs.list',
    method: 'GET',
    path: '/projects/:project/runs',
    summary: 'Searches runs.',
    params: ProjectPath,
    query: Type.Object({
      ...PageQuery,
      experiment: Type.Optional(
        Type.String({ description: 'Ids with commas between; absent: all experiments.' }),
      ),
      filter: Type.Optional(
        Type.String({ maxLength: 8192, description: "As MLflow's: metrics.acc > 0.9 and params.lr = '0.1'" }),
      ),
      order: Type.Optional(
        Type.String({
          maxLength: 1024,
          description: 'metrics.acc desc, start_time; default: start_time desc',
        }),
      ),
      deleted: Type.Optional(Type.Boolean({ description: 'Only deleted runs.' })),
    }),
    reply: Type.Object({
      runs: Type.Array(Run),
      next: Next,
      scans: Type.Optional(
        Type.Array(Type.String(), {
          description: 'Clauses that no index answers: they are checked run by run.',
        }),
      ),
    }),
  }),
  get: endpoint({
    id: 'runs.get',
    method: 'GET',
    path: '/projects/:project/runs/:run',
    summary: 'One run.',
    params: RunPath,
    reply: RunDetail,
  }),
  update: endpoint({
    id: 'runs.update',
    method: 'PATCH',
    path: '/projects/:project/runs/:run',
    summary: 'Renames a run, or sets and (with null) removes tags.',
    params: RunPath,
    body: Type.Object({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 250 })),
      tags: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    }),
    reply: RunDetail,
  }),
  delete: endpoint({
    id: 'runs.delete',
    method: 'DELETE',
    path: '/projects/:project/runs/:run',
    summary: 'Deletes a run; it can be restored.',
    params: RunPath,
    reply: Deleted,
  }),
  restore: endpoint({
    id: 'runs.restore',
    method: 'POST',
    path: '/projects/:project/runs/:run/restore',
    summary: 'Restores a deleted run.',
    params: RunPath,
    reply: RunDetail,
  }),
  models: endpoint({
    id: 'runs.models',
    method: 'GET',
    path: '/projects/:project/runs/:run/logged-models',
    summary: 'The logged models that a run made or read.',
    params: RunPath,
    reply: Type.Object({ models: Type.Array(RunModel) }),
  }),
  history: endpoint({
    id: 'runs.history',
    method: 'GET',
    path: '/projects/:project/runs/:run/history',
    summary: 'The points of one metric by step; more than `points` are thinned so that extremes are kept.',
    params: RunPath,
    query: Type.Object({
      key: Type.String({ minLength: 1, maxLength: 250 }),
      points: Type.Optional(Type.Integer({ minimum: 10, maximum: 20000, default: 1000 })),
    }),
    reply: Type.Object({
      key: Type.String(),
      count: Type.Integer({ description: 'Points that were logged.' }),
      points: Type.Array(MetricPoint),
    }),
  }),
  artifacts: endpoint({
    id: 'runs.artifacts',
    method: 'GET',
    path: '/projects/:project/runs/:run/artifacts',
    summary: 'The files and directories in one directory of the run.',
    params: RunPath,
    query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 2048 })) }),
    reply: Type.Object({ artifacts: Type.Array(Artifact) }),
  }),
  download: endpoint({
    id: 'runs.download',
    method: 'GET',
    path: '/projects/:project/runs/:run/artifact',
    summary: 'The bytes of one file of the run.',
    params: RunPath,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 2048 }) }),
    reply: Type.Unknown(),
    download: true,
  }),
}
