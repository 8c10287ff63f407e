import { type Static, Type } from 'typebox'
import { MetricValue, RunId, RunStatus } from './runs.ts'

/**
 * What was tracked somewhere, one thing a record, as imports are sent it and archives keep it. Ids and times (in
 * milliseconds since 1970) are those of the place it comes from.
 */
const Text = Type.String({ maxLength: 1_000_000 })
const Texts = Type.Record(Type.String(), Text)
const Moment = Type.Integer()
const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])
const ExperimentKey = Type.String({ pattern: '^[0-9]{1,18}$' })
const ModelId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
const Name = Type.String({ minLength: 1, maxLength: 1000 })

export const ExperimentRecord = Type.Object({
  kind: Type.Literal('experiment'),
  id: ExperimentKey,
  name: Name,
  artifact_location: Text,
  deleted: Type.Boolean(),
  created: Moment,
  updated: Moment,
  tags: Texts,
})
export type ExperimentRecord = Static<typeof ExperimentRecord>

export const ModelLink = Type.Object({
  model_id: ModelId,
  direction: Type.Union([Type.Literal('input'), Type.Literal('output')]),
  step: Type.Integer(),
})
export type ModelLink = Static<typeof ModelLink>

export const RunRecord = Type.Object({
  kind: Type.Literal('run'),
  id: RunId,
  experiment_id: ExperimentKey,
  name: Type.String({ maxLength: 1000 }),
  user: Type.String({ maxLength: 1000 }),
  status: RunStatus,
  start: Maybe(Moment),
  end: Maybe(Moment),
  deleted: Type.Boolean(),
  artifact_uri: Text,
  params: Texts,
  tags: Texts,
  datasets: Type.Array(
    Type.Object({
      name: Text,
      digest: Text,
      source_type: Text,
      source: Text,
      schema: Maybe(Text),
      profile: Maybe(Text),
      tags: Texts,
    }),
  ),
})
export type RunRecord = Static<typeof RunRecord>

/** Points of one metric of a run; the same place of each list is one point. */
export const PointsRecord = Type.Object({
  kind: Type.Literal('points'),
  run_id: RunId,
  key: Name,
  steps: Type.Array(Type.Integer()),
  times: Type.Array(Moment),
  values: Type.Array(MetricValue),
  /** The model and dataset of points that were logged for one; `at` is the place in the lists. */
  models: Type.Optional(
    Type.Array(
      Type.Object({
        at: Type.Integer({ minimum: 0 }),
        model_id: ModelId,
        dataset_name: Maybe(Text),
        dataset_digest: Maybe(Text),
      }),
    ),
  ),
})
export type PointsRecord = Static<typeof PointsRecord>

export const LoggedModelRecord = Type.Object({
  kind: Type.Literal('logged_model'),
  id: ModelId,
  experiment_id: ExperimentKey,
  name: Name,
  model_type: Type.String({ maxLength: 1000 }),
  source_run_id: Maybe(RunId),
  status: Type.Union([
    Type.Literal('unspecified'),
    Type.Literal('pending'),
    Type.Literal('ready'),
    Type.Literal('failed'),
  ]),
  artifact_uri: Text,
  params: Texts,
  tags: Texts,
  deleted: Type.Boolean(),
  created: Moment,
  updated: Moment,
})
export type LoggedModelRecord = Static<typeof LoggedModelRecord>

/** The logged models that a run read and made; sent when these exist. */
export const LinksRecord = Type.Object({
  kind: Type.Literal('links'),
  run_id: RunId,
  models: Type.Array(ModelLink),
})
export type LinksRecord = Static<typeof LinksRecord>

export const ModelRecord = Type.Object({
  kind: Type.Literal('model'),
  name: Name,
  description: Text,
  tags: Texts,
  created: Moment,
  updated: Moment,
  /** The highest number that was ever given, if it is known: numbers are never given twice. */
  last_version: Type.Integer({ minimum: 0 }),
})
export type ModelRecord = Static<typeof ModelRecord>

export const VersionRecord = Type.Object({
  kind: Type.Literal('version'),
  model: Name,
  version: Type.Integer({ minimum: 1 }),
  stage: Type.Union([
    Type.Literal('None'),
    Type.Literal('Staging'),
    Type.Literal('Production'),
    Type.Literal('Archived'),
  ]),
  description: Text,
  tags: Texts,
  source: Text,
  run_id: Maybe(RunId),
  run_link: Maybe(Text),
  logged_model_id: Maybe(ModelId),
  user: Type.String({ maxLength: 1000 }),
  status_message: Maybe(Text),
  created: Moment,
  updated: Moment,
})
export type VersionRecord = Static<typeof VersionRecord>

/** All aliases of a model, by name; others that it has are removed. */
export const AliasesRecord = Type.Object({
  kind: Type.Literal('aliases'),
  model: Name,
  aliases: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
})
export type AliasesRecord = Static<typeof AliasesRecord>

/** Says that a thing was copied with all that belongs to it; `digest` is of what the source said of it. */
export const DoneRecord = Type.Object({
  kind: Type.Literal('done'),
  of: Type.Union([Type.Literal('run'), Type.Literal('logged_model'), Type.Literal('version')]),
  id: Type.String({ maxLength: 400 }),
  digest: Type.String({ maxLength: 100 }),
})
export type DoneRecord = Static<typeof DoneRecord>

export const ImportRecord = Type.Union([
  ExperimentRecord,
  RunRecord,
  PointsRecord,
  LoggedModelRecord,
  LinksRecord,
  ModelRecord,
  VersionRecord,
  AliasesRecord,
  DoneRecord,
])
export type ImportRecord = Static<typeof ImportRecord>
