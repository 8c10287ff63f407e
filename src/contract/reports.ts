import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, PageQuery, ProjectPath, Time } from './names.ts'
import { RunId } from './runs.ts'

/** Which runs a block is about: those named, or what a search finds each time the report is read. */
export const RunChoice = Type.Object({
  ids: Type.Optional(Type.Array(RunId, { maxItems: 300 })),
  experiment: Type.Optional(Type.String({ maxLength: 400 })),
  filter: Type.Optional(Type.String({ maxLength: 8192 })),
  order: Type.Optional(Type.String({ maxLength: 1024 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
})
export type RunChoice = Static<typeof RunChoice>

/** `metrics.acc`, `params.lr`, `tags.team`. */
const Column = Type.String({ pattern: '^(metrics|params|tags|attributes)\\..{1,250}$' })
const Title = Type.Optional(Type.String({ maxLength: 200 }))

export const Block = Type.Union([
  Type.Object({ kind: Type.Literal('markdown'), text: Type.String({ maxLength: 100_000 }) }),
  Type.Object({
    kind: Type.Literal('chart'),
    title: Title,
    runs: RunChoice,
    metrics: Type.Array(Type.String({ minLength: 1, maxLength: 250 }), { minItems: 1, maxItems: 20 }),
    x: Type.Union([Type.Literal('step'), Type.Literal('time'), Type.Literal('relative')]),
    smoothing: Type.Optional(Type.Number({ minimum: 0, maximum: 0.999 })),
  }),
  Type.Object({
    kind: Type.Literal('table'),
    title: Title,
    runs: RunChoice,
    columns: Type.Array(Column, { maxItems: 50 }),
  }),
  Type.Object({
    kind: Type.Literal('comparison'),
    title: Title,
    runs: RunChoice,
    view: Type.Union([
      Type.Literal('parallel'),
      Type.Literal('scatter'),
      Type.Literal('contour'),
      Type.Literal('importance'),
    ]),
    /** Axes in order: scatter takes x, y and colour; importance the metric that is explained. */
    axes: Type.Array(Column, { maxItems: 30 }),
  }),
])
export type Block = Static<typeof Block>

export const ReportSummary = Type.Object({
  id: Id,
  title: Type.String(),
  version: Type.Integer(),
  created_by: Type.String(),
  created_at: Time,
  updated_by: Type.String(),
  updated_at: Time,
})
export type ReportSummary = Static<typeof ReportSummary>

/** Text and live charts in one page. Each save keeps a version. */
export const Report = Type.Object({ ...ReportSummary.properties, blocks: Type.Array(Block) })
export type Report = Static<typeof Report>

export const ReportVersion = Type.Object({
  version: Type.Integer(),
  title: Type.String(),
  created_by: Type.String(),
  created_at: Time,
})

const ReportPath = Type.Object({ ...ProjectPath.properties, report: Id })
const Content = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  blocks: Type.Array(Block, { maxItems: 100 }),
}

export const reports = {
  list: endpoint({
    id: 'reports.list',
    method: 'GET',
    path: '/projects/:project/reports',
    summary: 'Lists reports, the one changed last first.',
    params: ProjectPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ reports: Type.Array(ReportSummary), next: Type.Optional(Type.String()) }),
  }),
  create: endpoint({
    id: 'reports.create',
    method: 'POST',
    path: '/projects/:project/reports',
    summary: 'Writes a report.',
    params: ProjectPath,
    body: Type.Object(Content),
    reply: Report,
  }),
  get: endpoint({
    id: 'reports.get',
    method: 'GET',
    path: '/projects/:project/reports/:report',
    summary: 'One report as it is now, or as an older version of it was.',
    params: ReportPath,
    query: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
    reply: Report,
  }),
  versions: endpoint({
    id: 'reports.versions',
    method: 'GET',
    path: '/projects/:project/reports/:report/versions',
    summary: 'The versions of a report, newest first.',
    params: ReportPath,
    reply: Type.Object({ versions: Type.Array(ReportVersion) }),
  }),
  update: endpoint({
    id: 'reports.update',
    method: 'PUT',
    path: '/projects/:project/reports/:report',
    summary: 'Saves a new version; refused when someone else has saved since `based_on`.',
    params: ReportPath,
    body: Type.Object({ ...Content, based_on: Type.Integer({ minimum: 1 }) }),
    reply: Report,
  }),
  delete: endpoint({
    id: 'reports.delete',
    method: 'DELETE',
    path: '/projects/:project/reports/:report',
    summary: 'Deletes a report with its versions.',
    params: ReportPath,
    reply: Type.Object({}),
  }),
}
