import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import type { Store } from '../../store/store.ts'
import { all, type Condition } from '../tracking/index.ts'
import { scopeOf } from './search.ts'

export type MetricView = 'TRACES' | 'SPANS' | 'ASSESSMENTS'

export interface Aggregation {
  readonly type: 'COUNT' | 'SUM' | 'AVG' | 'PERCENTILE' | 'MIN' | 'MAX'
  /** 0 to 100, for PERCENTILE. */
  readonly percentile?: number | undefined
}

export interface MetricQuery {
  readonly projectId: string
  readonly experimentIds: readonly string[]
  readonly view: MetricView
  readonly metric: string
  readonly aggregations: readonly Aggregation[]
  readonly dimensions: readonly string[]
  readonly filters: readonly string[]
  readonly intervalSeconds?: number | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly limit: number
}

export interface DataPoint {
  readonly dimensions: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, number>>
}

type Column = RawBuilder<unknown>

const token = (key: string): Column => sql`(t.usage ->> ${key}::text)::numeric`
const cost = (key: string): Column => sql`(s.cost ->> ${key}::text)::double precision`
/** A number, or a verdict as 0 or 1. */
const said = sql`(case json_typeof(a.value::json) when 'number' then a.value::double precision
  when 'boolean' then a.value::boolean::int
  else case lower(trim(a.value, '" ')) when 'yes' then 1 when 'no' then 0 end end)`
const spanModel = { span_model_name: sql`s.model`, span_model_provider: sql`s.provider` }

interface Metric {
  readonly column: Column
  readonly counts?: true
  readonly sums?: false
  readonly dimensions: Readonly<Record<string, Column>>
}

const named = { trace_name: sql`coalesce(t.name, t.root_name)` }
const metrics: Readonly<Record<MetricView, Readonly<Record<string, Metric>>>> = {
  TRACES: {
    trace_count: {
      column: sql`t.id`,
      counts: true,
      dimensions: {
        ...named,
        trace_status: sql`(case t.state when 'unspecified' then 'STATE_UNSPECIFIED' else upper(t.state) end)`,
      },
    },
    session_count: { column: sql`distinct t.session`, counts: true, dimensions: {} },
    latency: { column: sql`t.duration_ms`, sums: false, dimensions: named },
    input_tokens: { column: token('input_tokens'), dimensions: named },
    output_tokens: { column: token('output_tokens'), dimensions: named },
    total_tokens: { column: token('total_tokens'), dimensions: named },
    cache_read_input_tokens: { column: token('cache_read_input_tokens'), dimensions: named },
    cache_creation_input_tokens: { column: token('cache_creation_input_tokens'), dimensions: named },
  },
  SPANS: {
    span_count: {
      column: sql`s.id`,
      counts: true,
      dimensions: {
        span_name: sql`s.name`,
        span_type: sql`s.type`,
        span_status: sql`upper(s.status)`,
        ...spanModel,
      },
    },
    latency: {
      column: sql`((s.end_ns - s.start_ns) / 1000000)`,
      sums: false,
      dimensions: { span_name: sql`s.name`, span_status: sql`upper(s.status)` },
    },
    input_cost: { column: cost('input_cost'), dimensions: spanModel },
    output_cost: { column: cost('output_cost'), dimensions: spanModel },
    total_cost: { column: cost('total_cost'), dimensions: spanModel },
  },
  ASSESSMENTS: {
    assessment_count: {
      column: sql`a.id`,
      counts: true,
      dimensions: { assessment_name: sql`a.name`, assessment_value: sql`a.value` },
    },
    assessment_value: { column: said, sums: false, dimensions: { assessment_name: sql`a.name` } },
  },
}

const tables: Readonly<Record<MetricView, { from: Column; time: Column }>> = {
  TRACES: { from: sql`traces t`, time: sql`t.start_ms` },
  SPANS: {
    from: sql`traces t join spans s on s.project_id = t.project_id and s.trace_id = t.id`,
    time: sql`(s.start_ns / 1000000)`,
  },
  ASSESSMENTS: {
    from: sql`traces t join assessments a on a.project_id = t.project_id and a.trace_id = t.id and a.valid`,
    time: sql`t.start_ms`,
  },
}

/** Numbers over traces, spans or assessments, by dimension and time. Fails with `invalid_argument`. */
export async function queryTraceMetrics(store: Store, query: MetricQuery): Promise<DataPoint[]> {
  const metric = metricOf(query)
  const { from, time } = tables[query.view]
  const { intervalSeconds: interval } = query
  if (interval !== undefined && (query.from === undefined || query.to === undefined)) {
    throw invalid('start_time_ms and end_time_ms are required if time_interval_seconds is set')
  }
  const groups = query.dimensions.map((name) => ({ name, column: metric.dimensions[name] ?? sql`null` }))
  if (interval !== undefined) {
    groups.unshift({
      name: 'time_bucket',
      column: sql`(floor(${time} / ${interval * 1000}::numeric) * ${interval * 1000})`,
    })
  }
  const conditions = [
    ...scopeOf({ projectId: query.projectId, experimentIds: query.experimentIds }),
    ...query.filters.map((filter) => filterCondition(filter, query.view)),
    ...(query.from === undefined ? [] : [sql<boolean>`${time} >= ${query.from}`]),
    ...(query.to === undefined ? [] : [sql<boolean>`${time} <= ${query.to}`]),
  ]
  const columns = [
    ...groups.map((group, index) => sql`${group.column} as ${sql.ref(`d${index}`)}`),
    ...query.aggregations.map((one, index) => sql`${aggregated(one, metric)} as ${sql.ref(`v${index}`)}`),
  ]
  const by = groups.map((_, index) => sql.ref(`d${index}`))
  const grouped = by.length === 0 ? sql`` : sql`group by ${sql.join(by)} order by ${sql.join(by)}`
  const { rows } = await sql<Record<string, unknown>>`select ${sql.join(columns)} from ${from}
    where ${all(conditions)} ${grouped} limit ${query.limit}`.execute(store.read)
  return rows.flatMap((row) =>
    pointOf(
      row,
      groups.map((group) => group.name),
      query.aggregations,
    ),
  )
}

function metricOf(query: MetricQuery): Metric {
  const known = metrics[query.view]
  const metric = Object.hasOwn(known, query.metric) ? known[query.metric] : undefined
  if (metric === undefined) {
    throw invalid(`metric_name must be one of ${listed(Object.keys(known))}, got '${query.metric}'`)
  }
  const allowed = metric.counts
    ? ['COUNT']
    : ['AVG', 'MAX', 'MIN', 'PERCENTILE', ...(metric.sums === false ? [] : ['SUM'])]
  const wrong = query.aggregations.map((one) => one.type).filter((type) => !allowed.includes(type))
  if (wrong.length > 0) {
    throw invalid(
      `Found invalid aggregation_type(s): ${listed(wrong)}. Supported aggregation types: ${listed(allowed)}`,
    )
  }
  const unknown = query.dimensions.filter((name) => !Object.hasOwn(metric.dimensions, name))
  if (unknown.length > 0) {
    throw invalid(
      `Found invalid dimension(s): ${listed(unknown)}. Supported dimensions: ${listed(Object.keys(metric.dimensions).sort())}`,
    )
  }
  return metric
}

function aggregated({ type, percentile }: Aggregation, { column }: Metric): Column {
  switch (type) {
    case 'COUNT':
      return sql`count(${column})::double precision`
    case 'SUM':
      return sql`sum(${column})::double precision`
    case 'AVG':
      return sql`avg(${column})::double precision`
    case 'MIN':
      return sql`min(${column})::double precision`
    case 'MAX':
      return sql`max(${column})::double precision`
    case 'PERCENTILE': {
      if (percentile === undefined || !(percentile >= 0 && percentile <= 100)) {
        throw invalid('percentile_value must be between 0 and 100')
      }
      return sql`percentile_cont(${percentile / 100}::double precision) within group (order by (${column})::double precision)`
    }
  }
}

function pointOf(
  row: Readonly<Record<string, unknown>>,
  names: readonly string[],
  aggregations: readonly Aggregation[],
): DataPoint[] {
  const dimensions = names.map((name, index): [string, unknown] => [name, row[`d${index}`]])
  if (dimensions.some(([, value]) => value === null)) return []
  const values = aggregations.flatMap((one, index): [string, number][] => {
    const value = row[`v${index}`]
    return typeof value === 'number' ? [[labelOf(one), value]] : []
  })
  if (values.length === 0) return []
  return [
    {
      dimensions: Object.fromEntries(dimensions.map(([name, value]) => [name, dimensionText(name, value)])),
      values: Object.fromEntries(values),
    },
  ]
}

function dimensionText(name: string, value: unknown): string {
  if (name !== 'time_bucket') return String(value)
  return new Date(Number(value))
    .toISOString()
    .replace(/\.000Z$/, '+00:00')
    .replace(/Z$/, '+00:00')
}

/** `P95`, or the aggregation's own name; as MLflow's clients look it up. */
function labelOf({ type, percentile }: Aggregation): string {
  if (type !== 'PERCENTILE') return type
  return `P${Number.isInteger(percentile) ? `${percentile}.0` : percentile}`
}

/** `trace.status = 'OK'`, `trace.tag.<key> = …`, `trace.metadata.<key> = …`, `span.name = …`, `assessment.name = …` */
function filterCondition(text: string, view: MetricView): Condition {
  const parts = /^\s*(\w+)\.(\w+)(?:\.(\S+?))?\s*=\s*(['"])([\s\S]*)\4\s*$/.exec(text)
  if (parts === null) {
    throw invalid(
      `Invalid filter '${text}'. Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>', ` +
        "only '=' operator is supported, with a quoted string value",
    )
  }
  const [, of = '', entity = '', key = '', , value = ''] = parts
  return conditionFor(of, entity, key.replace(/^[`"]|[`"]$/g, ''), value, view)
}

function conditionFor(of: string, entity: string, key: string, value: string, view: MetricView): Condition {
  if (of === 'trace') {
    if (entity === 'status') return sql<boolean>`upper(t.state) = ${value}`
    const quoted = `\`${key}\``
    const filter = `${entity === 'tag' ? 'tags' : 'metadata'}.${quoted} = ${value.includes("'") ? `"${value}"` : `'${value}'`}`
    if ((entity === 'tag' || entity === 'metadata') && key !== '') {
      const [, ...conditions] = scopeOf({ projectId: '', filter })
      return all(conditions)
    }
  }
  const columns: Readonly<Record<string, Column>> =
    of === 'span' && view === 'SPANS'
      ? { name: sql`s.name`, status: sql`upper(s.status)`, type: sql`s.type` }
      : of === 'assessment' && view === 'ASSESSMENTS'
        ? { name: sql`a.name`, type: sql`a.kind` }
        : {}
  const column = Object.hasOwn(columns, entity) ? columns[entity] : undefined
  if (column === undefined) throw invalid(`Invalid filter on '${of}.${entity}' for ${view}`)
  return sql<boolean>`${column} = ${value}`
}

export interface Correlation {
  readonly npmi: number
  readonly npmiSmoothed: number
  readonly first: number
  readonly second: number
  readonly both: number
  readonly total: number
}

/** How much two filters go together: normalized pointwise mutual information (Bouma 2009), -1 to 1. */
export async function correlate(
  store: Store,
  query: {
    projectId: string
    experimentIds: readonly string[]
    filters: readonly [string, string]
    base?: string | undefined
  },
): Promise<Correlation> {
  const { projectId, experimentIds, base } = query
  const [first, second] = query.filters.map((filter) => all(scopeOf({ projectId, experimentIds, filter })))
  const { rows } = await sql<{ total: number; first: number; second: number; both: number }>`
    select count(*) as total, count(*) filter (where ${first}) as first, count(*) filter (where ${second}) as second,
      count(*) filter (where ${first} and ${second}) as both
    from traces t where ${all(scopeOf({ projectId, experimentIds, filter: base }))}`.execute(store.read)
  const counts = rows[0] ?? { total: 0, first: 0, second: 0, both: 0 }
  const known = counts.total > 0 && counts.first > 0 && counts.second > 0
  return {
    ...counts,
    npmi: !known ? Number.NaN : counts.both === 0 ? -1 : npmi(counts, 0),
    // Jeffreys' prior keeps small counts from looking certain.
    npmiSmoothed: known ? npmi(counts, 0.5) : Number.NaN,
  }
}

function npmi(
  counts: { total: number; first: number; second: number; both: number },
  smoothing: number,
): number {
  const both = counts.both + smoothing
  const only = [counts.first - counts.both + smoothing, counts.second - counts.both + smoothing]
  const total = counts.total + 4 * smoothing
  const p = both / total
  if (p >= 1) return 1
  const pmi = Math.log(p / (((both + (only[0] ?? 0)) / total) * ((both + (only[1] ?? 0)) / total)))
  return Math.max(-1, Math.min(1, pmi / -Math.log(p)))
}

function listed(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
