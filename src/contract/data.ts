import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

/** What a column holds, as people and monitors see it: `category` is text with few distinct values. */
export const ColumnType = Type.Union([
  Type.Literal('number'),
  Type.Literal('category'),
  Type.Literal('text'),
  Type.Literal('time'),
  Type.Literal('boolean'),
])
export type ColumnType = Static<typeof ColumnType>

export const SchemaColumn = Type.Object({
  name: Type.String(),
  type: Type.String({ description: 'The SQL type in Parquet: BIGINT, DOUBLE, VARCHAR, BOOLEAN, TIMESTAMP…' }),
})
export type SchemaColumn = Static<typeof SchemaColumn>

export const ColumnProfile = Type.Object({
  name: Type.String(),
  type: ColumnType,
  nulls: Type.Integer({ description: 'Missing values; NaN counts as missing.' }),
  distinct: Type.Integer({ description: 'Approximate for many values.' }),
  numeric: Type.Optional(
    Type.Object({
      min: Type.Number(),
      max: Type.Number(),
      mean: Type.Number(),
      std: Type.Number({ description: 'Of the population (divisor n).' }),
      edges: Type.Array(Type.Number(), { description: 'Of equally wide bins; one more than counts.' }),
      counts: Type.Array(Type.Integer()),
    }),
  ),
  times: Type.Optional(Type.Object({ min: Time, max: Time })),
  values: Type.Optional(
    Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }), {
      description: 'The most frequent values, most frequent first (not of free text).',
    }),
  ),
})
export type ColumnProfile = Static<typeof ColumnProfile>

export const Profile = Type.Object({ rows: Type.Integer(), columns: Type.Array(ColumnProfile) })
export type Profile = Static<typeof Profile>

/** Where a version came from: the edge of lineage that points to its past. */
export const VersionSource = Type.Object({
  kind: Type.String({ description: 'upload, pipeline, predictions or example.' }),
  key: Type.Optional(
    Type.String({ description: "A second ingest with the same key answers the first one's version." }),
  ),
  files: Type.Array(Type.Object({ filename: Type.String(), digest: DigestText, size: Type.Integer() })),
  by: Type.String({ description: 'Name of the principal.' }),
  parent: Type.Optional(Type.Integer({ description: 'The version that this one was appended to.' })),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type VersionSource = Static<typeof VersionSource>

export const DatasetVersionSummary = Type.Object({
  id: Id,
  dataset: Name,
  version: Type.Integer({ minimum: 1 }),
  digest: DigestText,
  rows: Type.Integer(),
  bytes: Type.Integer({ description: 'Of the Parquet parts.' }),
  mode: Type.Union([Type.Literal('append'), Type.Literal('replace')]),
  source: VersionSource,
  created_at: Time,
})
export type DatasetVersionSummary = Static<typeof DatasetVersionSummary>

export const DatasetVersion = Type.Interface([DatasetVersionSummary], {
  schema: Type.Array(SchemaColumn),
  parts: Type.Array(Type.Object({ digest: DigestText, rows: Type.Integer(), bytes: Type.Integer() })),
  profile: Profile,
})
export type DatasetVersion = Static<typeof DatasetVersion>

export const Dataset = Type.Object({
  id: Id,
  name: Name,
  description: Type.String(),
  created_at: Time,
  versions: Type.Integer(),
  latest: Type.Union([DatasetVersionSummary, Type.Null()]),
})
export type Dataset = Static<typeof Dataset>

export const CheckResult = Type.Object({
  check: Type.String({ description: 'The check in words: `p0 between 0 and 16`.' }),
  severity: Type.Union([Type.Literal('critical'), Type.Literal('warning')]),
  passed: Type.Boolean(),
  observed: Type.Union([Type.Number(), Type.String(), Type.Null()]),
  message: Type.String(),
})
export type CheckResult = Static<typeof CheckResult>

/** `passed` says that no critical check failed; warnings do not stop a line. */
export const CheckReport = Type.Object({ passed: Type.Boolean(), results: Type.Array(CheckResult) })
export type CheckReport = Static<typeof CheckReport>

export const StoredCheckReport = Type.Interface([CheckReport], {
  id: Id,
  created_at: Time,
  by: Type.String(),
})
export type StoredCheckReport = Static<typeof StoredCheckReport>

const DatasetPath = Type.Object({ project: Name, dataset: Name })
const VersionPath = Type.Object({
  project: Name,
  dataset: Name,
  version: Type.String({ pattern: '^([1-9][0-9]{0,9}|latest)$', description: 'A number, or `latest`.' }),
})

export const datasets = {
  list: endpoint({
    id: 'datasets.list',
    method: 'GET',
    path: '/projects/:project/datasets',
    summary: 'Datasets of a project, by name, each with its latest version.',
    params: ProjectPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ datasets: Type.Array(Dataset), next: Type.Optional(Type.String()) }),
  }),
  get: endpoint({
    id: 'datasets.get',
    method: 'GET',
    path: '/projects/:project/datasets/:dataset',
    summary: 'One dataset.',
    params: DatasetPath,
    reply: Dataset,
  }),
  create: endpoint({
    id: 'datasets.create',
    method: 'POST',
    path: '/projects/:project/datasets',
    summary: 'Creates an empty dataset. Uploading creates one too.',
    params: ProjectPath,
    body: Type.Object({ name: Name, description: Type.Optional(Type.String({ maxLength: 2000 })) }),
    reply: Dataset,
  }),
}

export const datasetVersions = {
  list: endpoint({
    id: 'datasetVersions.list',
    method: 'GET',
    path: '/projects/:project/datasets/:dataset/versions',
    summary: 'Versions of a dataset, newest first.',
    params: DatasetPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ versions: Type.Array(DatasetVersionSummary), next: Type.Optional(Type.String()) }),
  }),
  get: endpoint({
    id: 'datasetVersions.get',
    method: 'GET',
    path: '/projects/:project/datasets/:dataset/versions/:version',
    summary: 'One version with schema, parts, profile and where it came from.',
    params: VersionPath,
    reply: DatasetVersion,
  }),
  upload: endpoint({
    id: 'datasetVersions.upload',
    method: 'POST',
    path: '/projects/:project/datasets/:dataset/versions',
    summary:
      'Makes a version of one CSV or Parquet file, sent as the body. Creates the dataset if it is new.',
    params: DatasetPath,
    query: Type.Object({
      mode: Type.Optional(
        Type.Union([Type.Literal('append'), Type.Literal('replace')], {
          description: '`append` (default) adds rows to the latest version, `replace` starts afresh.',
        }),
      ),
      filename: Type.Optional(Type.String({ maxLength: 255, description: 'For messages and lineage.' })),
      key: Type.Optional(
        Type.String({ maxLength: 200, description: 'Sending again with the same key makes nothing new.' }),
      ),
    }),
    upload: true,
    reply: DatasetVersion,
  }),
  rows: endpoint({
    id: 'datasetVersions.rows',
    method: 'GET',
    path: '/projects/:project/datasets/:dataset/versions/:version/rows',
    summary: 'Some rows, for looking at.',
    params: VersionPath,
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
      offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    }),
    reply: Type.Object({
      columns: Type.Array(SchemaColumn),
      rows: Type.Array(Type.Array(Type.Unknown(), { description: 'Values in the order of columns.' })),
      total: Type.Integer(),
    }),
  }),
  check: endpoint({
    id: 'datasetVersions.check',
    method: 'POST',
    path: '/projects/:project/datasets/:dataset/versions/:version/checks',
    summary: 'Runs checks on a version and keeps the report.',
    params: VersionPath,
    body: Type.Object({
      checks: Type.String({ maxLength: 262_144, description: 'The text of a checks.yaml.' }),
    }),
    reply: StoredCheckReport,
  }),
  checks: endpoint({
    id: 'datasetVersions.checks',
    method: 'GET',
    path: '/projects/:project/datasets/:dataset/versions/:version/checks',
    summary: 'Reports of the checks that ran on a version, newest first.',
    params: VersionPath,
    reply: Type.Object({ reports: Type.Array(StoredCheckReport) }),
  }),
}
