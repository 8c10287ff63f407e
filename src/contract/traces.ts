import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { PageQuery, ProjectPath, Time } from './names.ts'

/** As its maker named it; MLflow's clients write `tr-` and 32 hex digits. */
export const TraceId = Type.String({ pattern: '^[A-Za-z0-9._:-]{1,250}$' })
/** 16 hex digits. */
export const SpanId = Type.String({ pattern: '^[0-9a-f]{16}$' })
export const TraceState = Type.Union([
  Type.Literal('ok'),
  Type.Literal('error'),
  Type.Literal('in_progress'),
  Type.Literal('unspecified'),
])
export type TraceState = Static<typeof TraceState>
export const SpanStatus = Type.Union([Type.Literal('ok'), Type.Literal('error'), Type.Literal('unset')])
export type SpanStatus = Static<typeof SpanStatus>

const Text = Type.String()
const Texts = Type.Record(Type.String(), Type.String())
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()])
const Next = Type.Optional(Type.String())

/** Tokens of the language models that a trace called, counted once where a parent repeats its children's. */
export const TokenUsage = Type.Object({
  input: Type.Integer(),
  output: Type.Integer(),
  total: Type.Integer(),
})
export type TokenUsage = Static<typeof TokenUsage>

export const AssessmentKind = Type.Union([
  Type.Literal('feedback'),
  Type.Literal('expectation'),
  Type.Literal('issue'),
])
export type AssessmentKind = Static<typeof AssessmentKind>
const AssessmentSource = Type.Union([
  Type.Literal('HUMAN'),
  Type.Literal('LLM_JUDGE'),
  Type.Literal('CODE'),
  Type.Literal('AI_JUDGE'),
  Type.Literal('SOURCE_TYPE_UNSPECIFIED'),
])

/** What a person, a judge or code says of a trace: feedback on it, or what it should have been. */
export const Assessment = Type.Object({
  id: Text,
  name: Text,
  kind: AssessmentKind,
  /** Any JSON; null when the scorer failed. */
  value: Type.Unknown(),
  error: orNull(Type.Object({ code: Text, message: Text })),
  rationale: orNull(Text),
  source: AssessmentSource,
  by: Text,
  span_id: orNull(Text),
  run_id: orNull(Text),
  /** False when a later assessment overrides it. */
  valid: Type.Boolean(),
  metadata: Texts,
  created_at: Time,
  updated_at: Time,
})
export type Assessment = Static<typeof Assessment>

export const Trace = Type.Object({
  id: Text,
  name: Text,
  experiment_id: Text,
  state: TraceState,
  started_at: Time,
  /** Milliseconds; null while it goes on. */
  duration: orNull(Type.Number()),
  /** The beginnings of what went in and came out. */
  request: orNull(Text),
  response: orNull(Text),
  session: orNull(Text),
  user: orNull(Text),
  tokens: orNull(TokenUsage),
  /** US dollars, as the client counted. */
  cost: orNull(Type.Number()),
  spans: Type.Integer({ description: 'Spans that have arrived.' }),
  tags: Texts,
  assessments: Type.Array(Assessment),
})
export type Trace = Static<typeof Trace>

export const TraceDetail = Type.Object({
  ...Trace.properties,
  experiment: Text,
  metadata: Texts,
  client_request_id: orNull(Text),
  runs: Type.Array(Text, { description: 'Runs that it is of or linked to.' }),
  prompts: Type.Array(Type.Object({ name: Text, version: Text })),
})
export type TraceDetail = Static<typeof TraceDetail>

/** One bar of the waterfall: what a span is, without what it carries. */
export const SpanRow = Type.Object({
  id: Text,
  parent_id: orNull(Text),
  name: Text,
  /** `LLM`, `TOOL`, `CHAIN`…; `UNKNOWN` when nobody said. */
  type: Text,
  status: SpanStatus,
  /** Milliseconds since the trace began, to the microsecond. */
  start: Type.Number(),
  /** Milliseconds; null while it goes on. */
  duration: orNull(Type.Number()),
  tokens: orNull(Type.Integer()),
})
export type SpanRow = Static<typeof SpanRow>

export const SpanEvent = Type.Object({
  name: Text,
  /** Milliseconds since the trace began. */
  at: Type.Number(),
  attributes: Type.Record(Type.String(), Type.Unknown()),
})

export const SpanDetail = Type.Object({
  ...SpanRow.properties,
  message: orNull(Text),
  model: orNull(Text),
  cost: orNull(Type.Number()),
  inputs: Type.Unknown(),
  outputs: Type.Unknown(),
  attributes: Type.Record(Type.String(), Type.Unknown()),
  events: Type.Array(SpanEvent),
  links: Type.Array(Type.Object({ trace_id: Text, span_id: Text })),
})
export type SpanDetail = Static<typeof SpanDetail>

const TracePath = Type.Object({ ...ProjectPath.properties, trace: TraceId })
const SpanPath = Type.Object({ ...TracePath.properties, span: SpanId })
const AssessmentPath = Type.Object({
  ...TracePath.properties,
  assessment: Type.String({ minLength: 1, maxLength: 64 }),
})
const filter = Type.Optional(
  Type.String({
    maxLength: 8192,
    description: "As MLflow's: status = 'ERROR' and span.type = 'LLM' and feedback.correct = 'true'",
  }),
)

export const traces = {
  list: endpoint({
    id: 'traces.list',
    method: 'GET',
    path: '/projects/:project/traces',
    summary: 'Searches traces, the latest first.',
    params: ProjectPath,
    query: Type.Object({
      ...PageQuery,
      experiment: Type.Optional(
        Type.String({ description: 'Ids with commas between; absent: all experiments.' }),
      ),
      filter,
      order: Type.Optional(
        Type.String({
          maxLength: 1024,
          description: 'execution_time desc, timestamp; default: timestamp desc',
        }),
      ),
    }),
    reply: Type.Object({ traces: Type.Array(Trace), next: Next }),
  }),
  activity: endpoint({
    id: 'traces.activity',
    method: 'GET',
    path: '/projects/:project/traces/activity',
    summary: 'How many traces there were, how long they took and how many failed, over time.',
    params: ProjectPath,
    query: Type.Object({
      experiment: Type.Optional(Type.String()),
      filter,
      hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 8760, default: 24 })),
    }),
    reply: Type.Object({
      /** Milliseconds that one bucket spans. */
      every: Type.Integer(),
      buckets: Type.Array(
        Type.Object({
          at: Time,
          traces: Type.Integer(),
          errors: Type.Integer(),
          p50: orNull(Type.Number()),
          p95: orNull(Type.Number()),
          tokens: Type.Integer(),
        }),
      ),
    }),
  }),
  get: endpoint({
    id: 'traces.get',
    method: 'GET',
    path: '/projects/:project/traces/:trace',
    summary: 'One trace with its assessments and what it is linked to.',
    params: TracePath,
    reply: TraceDetail,
  }),
  update: endpoint({
    id: 'traces.update',
    method: 'PATCH',
    path: '/projects/:project/traces/:trace',
    summary: 'Sets and (with null) removes tags.',
    params: TracePath,
    body: Type.Object({ tags: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])) }),
    reply: TraceDetail,
  }),
  delete: endpoint({
    id: 'traces.delete',
    method: 'POST',
    path: '/projects/:project/traces/delete',
    summary: 'Deletes traces for good, with their spans and assessments.',
    params: ProjectPath,
    body: Type.Object({ traces: Type.Array(TraceId, { minItems: 1, maxItems: 1000 }) }),
    reply: Type.Object({ deleted: Type.Integer() }),
  }),
  spans: endpoint({
    id: 'traces.spans',
    method: 'GET',
    path: '/projects/:project/traces/:trace/spans',
    summary: 'The spans of a trace by their start, flat and without what they carry.',
    params: TracePath,
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10000, default: 5000 })),
      cursor: PageQuery.cursor,
    }),
    reply: Type.Object({ spans: Type.Array(SpanRow), next: Next }),
  }),
  span: endpoint({
    id: 'traces.span',
    method: 'GET',
    path: '/projects/:project/traces/:trace/spans/:span',
    summary: 'One span with its inputs, outputs, attributes and events.',
    params: SpanPath,
    reply: SpanDetail,
  }),
  assess: endpoint({
    id: 'traces.assess',
    method: 'POST',
    path: '/projects/:project/traces/:trace/assessments',
    summary: 'Adds feedback or an expectation to a trace, or to one of its spans.',
    params: TracePath,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 250 }),
      kind: Type.Union([Type.Literal('feedback'), Type.Literal('expectation')]),
      value: Type.Unknown(),
      rationale: Type.Optional(Type.String({ maxLength: 100_000 })),
      source: Type.Optional(AssessmentSource),
      span_id: Type.Optional(SpanId),
      overrides: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    reply: Assessment,
  }),
  unassess: endpoint({
    id: 'traces.unassess',
    method: 'DELETE',
    path: '/projects/:project/traces/:trace/assessments/:assessment',
    summary: 'Removes an assessment; what it overrode is valid again.',
    params: AssessmentPath,
    reply: Type.Object({ deleted: Type.Boolean() }),
  }),
}
