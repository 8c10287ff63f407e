import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, PageQuery, ProjectPath, Time } from './names.ts'
import { MetricSummary, RunId } from './runs.ts'

/** One tensor of a model. `columns` maps the second axis to feature names; -1 is any size. */
export const Tensor = Type.Object({
  name: Type.String(),
  datatype: Type.String({ description: "As in the Open Inference Protocol: 'FP32', 'INT64', 'BYTES'…" }),
  shape: Type.Array(Type.Integer()),
  columns: Type.Optional(Type.Array(Type.String())),
  optional: Type.Optional(Type.Boolean({ description: 'Callers may leave it out.' })),
})
export type Tensor = Static<typeof Tensor>

export const Signature = Type.Object({ inputs: Type.Array(Tensor), outputs: Type.Array(Tensor) })
export type Signature = Static<typeof Signature>

export const Stage = Type.Union([
  Type.Literal('None'),
  Type.Literal('Staging'),
  Type.Literal('Production'),
  Type.Literal('Archived'),
])
export type Stage = Static<typeof Stage>

export const ModelFile = Type.Object({ path: Type.String(), digest: DigestText, size: Type.Integer() })
export type ModelFile = Static<typeof ModelFile>

/** The platform's own scores of the registered bytes on one dataset version, or what a client reported. */
export const Evaluation = Type.Object({
  id: Id,
  source: Type.Union([Type.Literal('platform'), Type.Literal('client')]),
  dataset_version_id: Type.Union([Id, Type.Null()]),
  dataset: Type.Union([Type.String(), Type.Null()], { description: 'For people: name and version.' }),
  metrics: Type.Record(Type.String(), Type.Number()),
  slices: Type.Array(
    Type.Object({
      by: Type.String(),
      value: Type.String(),
      rows: Type.Integer(),
      metrics: Type.Record(Type.String(), Type.Number()),
    }),
  ),
  created_at: Time,
})
export type Evaluation = Static<typeof Evaluation>

export const Version = Type.Object({
  id: Id,
  model: Type.String(),
  version: Type.Integer(),
  stage: Stage,
  aliases: Type.Array(Type.String()),
  description: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
  run_id: Type.Union([RunId, Type.Null()]),
  size: Type.Integer({ description: 'Bytes of all files.' }),
  servable: Type.Boolean({ description: 'Whether the model server can run it (it holds an ONNX file).' }),
  created_at: Time,
  created_by: Type.String(),
  /** Newest evaluation by the platform, newest by a client when there is none. */
  metrics: Type.Record(Type.String(), Type.Number()),
})
export type Version = Static<typeof Version>

export const VersionDetail = Type.Object({
  ...Version.properties,
  source: Type.String({ description: 'Where the client said that it came from; never opened.' }),
  files: Type.Array(ModelFile),
  signature: Type.Union([Signature, Type.Null()]),
  evaluations: Type.Array(Evaluation),
  lineage: Type.Object({
    run: Type.Union([
      Type.Object({ id: RunId, name: Type.String(), experiment_id: Type.String() }),
      Type.Null(),
    ]),
    dataset_version_id: Type.Union([Id, Type.Null()]),
    dataset: Type.Union([Type.String(), Type.Null()]),
  }),
  run_metrics: Type.Record(Type.String(), MetricSummary),
  run_params: Type.Record(Type.String(), Type.String()),
})
export type VersionDetail = Static<typeof VersionDetail>

export const Model = Type.Object({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
  owner: Type.String({ description: 'Who made it.' }),
  aliases: Type.Array(Type.Object({ alias: Type.String(), version: Type.Integer() })),
  versions: Type.Integer({ description: 'How many there are.' }),
  latest: Type.Union([Version, Type.Null()]),
  created_at: Time,
  updated_at: Time,
})
export type Model = Static<typeof Model>

const Text = Type.Union([Type.String(), Type.Null()])

/** A move of an alias (name: the alias; before and after: version numbers) or of a version to a stage (name: its number). */
export const HistoryEntry = Type.Object({
  id: Id,
  kind: Type.Union([Type.Literal('alias'), Type.Literal('stage')]),
  name: Type.String(),
  before: Text,
  after: Text,
  rollback: Type.Boolean({ description: 'Asked for as a return to what was before.' }),
  at: Time,
  by: Type.String(),
})
export type HistoryEntry = Static<typeof HistoryEntry>

export const Dependency = Type.Object({
  name: Type.String({ description: 'In lower case; `python` for the interpreter itself.' }),
  requirement: Type.String({ description: 'As declared: `==1.5.2`, `>=2,<3`, or nothing.' }),
  file: Type.String({ description: 'Where it is declared.' }),
})
export type Dependency = Static<typeof Dependency>

/** What the files of a version say about themselves. */
export const VersionContents = Type.Object({
  flavors: Type.Array(Type.Object({ name: Type.String(), version: Text }), {
    description: 'As MLmodel declares them.',
  }),
  dependencies: Type.Array(Dependency),
  example: Type.Union([
    Type.Object({
      path: Type.String(),
      text: Type.String({ description: 'At most the first 32 KiB.' }),
      truncated: Type.Boolean(),
    }),
    Type.Null(),
  ]),
})
export type VersionContents = Static<typeof VersionContents>

const Difference = Type.Object({
  key: Type.String(),
  a: Text,
  b: Text,
})
const FileSide = Type.Union([Type.Object({ digest: DigestText, size: Type.Integer() }), Type.Null()])
export const Comparison = Type.Object({
  a: VersionDetail,
  b: VersionDetail,
  params: Type.Array(Difference),
  tags: Type.Array(Difference),
  /** By digest: what both have the same is left out. */
  files: Type.Array(Type.Object({ path: Type.String(), a: FileSide, b: FileSide })),
  data: Type.Array(Difference, { description: 'The dataset versions that they were made and scored on.' }),
  code: Type.Array(Difference, { description: 'Commit, branch, repository and entry point of the runs.' }),
  environment: Type.Array(Difference, { description: 'Requirements by package.' }),
  metrics: Type.Array(
    Type.Object({
      key: Type.String(),
      a: Type.Union([Type.Number(), Type.Null()]),
      b: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  signature: Type.Object({
    compatible: Type.Boolean({ description: 'Whether callers of a can call b unchanged.' }),
    reasons: Type.Array(Type.String(), { description: 'What breaks callers.' }),
    notes: Type.Array(Type.String(), { description: 'What changes for callers without breaking them.' }),
  }),
})
export type Comparison = Static<typeof Comparison>

/** Model names come from MLflow's clients: nearly any text; percent-encoded in paths. */
export const ModelName = Type.String({ minLength: 1, maxLength: 250 })
const ModelPath = Type.Object({ ...ProjectPath.properties, model: ModelName })
const VersionPath = Type.Object({
  ...ModelPath.properties,
  version: Type.String({ description: 'A number, an alias, or `latest`.', maxLength: 250 }),
})
const AliasPath = Type.Object({
  ...ModelPath.properties,
  alias: Type.String({ minLength: 1, maxLength: 250 }),
})
const Next = Type.Optional(Type.String())
const Change = Type.Object({
  description: Type.Optional(Type.String({ maxLength: 20_000 })),
  tags: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
})

export const models = {
  list: endpoint({
    id: 'models.list',
    method: 'GET',
    path: '/projects/:project/models',
    summary: 'Lists registered models by name.',
    params: ProjectPath,
    query: Type.Object({
      ...PageQuery,
      search: Type.Optional(Type.String({ maxLength: 256, description: 'Part of a name, in any case.' })),
      prompts: Type.Optional(Type.Boolean({ description: 'Prompts instead of models.' })),
    }),
    reply: Type.Object({ models: Type.Array(Model), next: Next }),
  }),
  get: endpoint({
    id: 'models.get',
    method: 'GET',
    path: '/projects/:project/models/:model',
    summary: 'One registered model.',
    params: ModelPath,
    reply: Model,
  }),
  update: endpoint({
    id: 'models.update',
    method: 'PATCH',
    path: '/projects/:project/models/:model',
    summary: 'Describes a model, or sets and (with null) removes tags.',
    params: ModelPath,
    body: Change,
    reply: Model,
  }),
  history: endpoint({
    id: 'models.history',
    method: 'GET',
    path: '/projects/:project/models/:model/history',
    summary: 'The moves of aliases and stages, newest first.',
    params: ModelPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ entries: Type.Array(HistoryEntry), next: Next }),
  }),
  versions: endpoint({
    id: 'models.versions',
    method: 'GET',
    path: '/projects/:project/models/:model/versions',
    summary: 'Lists the versions of a model, newest first.',
    params: ModelPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ versions: Type.Array(Version), next: Next }),
  }),
  version: endpoint({
    id: 'models.version',
    method: 'GET',
    path: '/projects/:project/models/:model/versions/:version',
    summary: 'One version with files, signature, evaluations and lineage.',
    params: VersionPath,
    reply: VersionDetail,
  }),
  contents: endpoint({
    id: 'models.contents',
    method: 'GET',
    path: '/projects/:project/models/:model/versions/:version/contents',
    summary: 'Flavors, dependencies and input example, read from the files of a version.',
    params: VersionPath,
    reply: VersionContents,
  }),
  updateVersion: endpoint({
    id: 'models.updateVersion',
    method: 'PATCH',
    path: '/projects/:project/models/:model/versions/:version',
    summary: 'Describes a version, or sets and (with null) removes tags.',
    params: VersionPath,
    body: Change,
    reply: VersionDetail,
  }),
  register: endpoint({
    id: 'models.register',
    method: 'POST',
    path: '/projects/:project/models/:model/versions',
    summary: 'Registers the files of a run as a new version; makes the model when it is new.',
    params: ModelPath,
    body: Type.Object({
      run_id: RunId,
      path: Type.Optional(
        Type.String({ maxLength: 2048, description: 'The directory or file in the run; default: all.' }),
      ),
      description: Type.Optional(Type.String({ maxLength: 5000 })),
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    reply: VersionDetail,
  }),
  ofRun: endpoint({
    id: 'models.ofRun',
    method: 'GET',
    path: '/projects/:project/runs/:run/models',
    summary: 'The versions that were registered from a run.',
    params: Type.Object({ ...ProjectPath.properties, run: RunId }),
    reply: Type.Object({ versions: Type.Array(Version) }),
  }),
  compare: endpoint({
    id: 'models.compare',
    method: 'GET',
    path: '/projects/:project/models/:model/compare',
    summary: 'Two versions side by side: metrics, parameters, files and whether signatures fit.',
    params: ModelPath,
    query: Type.Object({ a: Type.String({ maxLength: 250 }), b: Type.String({ maxLength: 250 }) }),
    reply: Comparison,
  }),
  setAlias: endpoint({
    id: 'models.setAlias',
    method: 'PUT',
    path: '/projects/:project/models/:model/aliases/:alias',
    summary: 'Points an alias at a version.',
    params: AliasPath,
    body: Type.Object({ version: Type.Integer({ minimum: 1 }) }),
    reply: Model,
  }),
  rollBack: endpoint({
    id: 'models.rollBack',
    method: 'POST',
    path: '/projects/:project/models/:model/aliases/:alias/rollback',
    summary: 'Points an alias back at the version before, or at the older one named. Deploys nothing.',
    params: AliasPath,
    body: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
    reply: Model,
  }),
  deleteAlias: endpoint({
    id: 'models.deleteAlias',
    method: 'DELETE',
    path: '/projects/:project/models/:model/aliases/:alias',
    summary: 'Removes an alias.',
    params: AliasPath,
    reply: Model,
  }),
  download: endpoint({
    id: 'models.download',
    method: 'GET',
    path: '/projects/:project/models/:model/versions/:version/file',
    summary: 'The bytes of one file of a version.',
    params: VersionPath,
    query: Type.Object({ path: Type.String({ minLength: 1, maxLength: 2048 }) }),
    reply: Type.Unknown(),
    download: true,
  }),
}
