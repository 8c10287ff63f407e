import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { ProjectPath } from './names.ts'
import { MetricValue, RunId } from './runs.ts'

/** What a chart's horizontal axis shows: the step, milliseconds since 1970, or milliseconds since the run's start. */
export const SeriesAxis = Type.Union([Type.Literal('step'), Type.Literal('time'), Type.Literal('relative')])
export type SeriesAxis = Static<typeof SeriesAxis>

/** The points of one metric of one run, as columns of equal length in the order of the axis. */
export const Series = Type.Object({
  run: RunId,
  key: Type.String(),
  start: Type.Integer({
    description: "The run's start in milliseconds since 1970: zero of the axis `relative`.",
  }),
  count: Type.Integer({ description: 'How many points were logged within the range.' }),
  exact: Type.Boolean({
    description:
      'All points of the range are here. Otherwise they are divided into buckets of about equal count, and of each ' +
      'there are the least, the greatest and one of each value that is not a finite number.',
  }),
  steps: Type.Array(Type.Integer()),
  times: Type.Array(Type.Integer({ description: 'Milliseconds since 1970.' })),
  values: Type.Array(MetricValue),
})
export type Series = Static<typeof Series>

export const SeriesQuery = Type.Object({
  runs: Type.Array(RunId, { minItems: 1, maxItems: 200 }),
  keys: Type.Array(Type.String({ minLength: 1, maxLength: 250 }), { minItems: 1, maxItems: 100 }),
  axis: Type.Optional(SeriesAxis),
  from: Type.Optional(Type.Number({ description: 'The least value of the axis, inclusive.' })),
  to: Type.Optional(Type.Number({ description: 'The greatest value of the axis, inclusive.' })),
  points: Type.Optional(
    Type.Integer({
      minimum: 20,
      maximum: 5000,
      default: 1000,
      description: 'The most points of each series.',
    }),
  ),
})
export type SeriesQuery = Static<typeof SeriesQuery>

export const series = {
  query: endpoint({
    id: 'series.query',
    method: 'POST',
    path: '/projects/:project/series',
    summary:
      'Points of metrics for charts, thinned so that no extreme is lost: every key of every run (at most 1,000 of ' +
      'these pairs), by run, then key. What has no point in the range is left out.',
    params: ProjectPath,
    body: SeriesQuery,
    reply: Type.Object({ series: Type.Array(Series) }),
  }),
}
