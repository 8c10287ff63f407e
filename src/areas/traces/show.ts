import type {
  EvaluationDataset as DatasetView,
  Evaluation as EvaluationView,
  EvaluationRecord as RecordView,
} from '../../contract/evaluations.ts'
import type {
  Assessment as AssessmentView,
  SpanDetail,
  SpanRow,
  TraceDetail,
  Trace as TraceView,
} from '../../contract/traces.ts'
import type { Assessment } from './assessment.ts'
import type { EvaluationDataset, EvaluationRecord } from './evaluation/dataset.ts'
import type { Evaluation } from './evaluation/evaluation-reader.ts'
import type { BareSpan, StoredSpan } from './reader.ts'
import { spanKey } from './span.ts'
import { type TraceInfo, traceKey } from './trace.ts'

const ownTags = /^mlflow\./

export function traceView(trace: TraceInfo, spans: number): TraceView {
  const { usage, cost } = trace
  return {
    id: trace.id,
    name: trace.name ?? trace.rootName ?? trace.id,
    experiment_id: trace.experimentId,
    state: trace.state,
    started_at: timeOf(trace.start),
    duration: trace.duration,
    request: trace.request,
    response: trace.response,
    session: trace.session,
    user: trace.metadata[traceKey.user] ?? null,
    tokens:
      usage === null
        ? null
        : {
            input: usage.input_tokens ?? 0,
            output: usage.output_tokens ?? 0,
            total: usage.total_tokens ?? 0,
          },
    cost: cost?.total_cost ?? null,
    spans,
    tags: Object.fromEntries(Object.entries(trace.tags).filter(([key]) => !ownTags.test(key))),
    assessments: trace.assessments.map(assessmentView),
  }
}

export function traceDetail(
  trace: TraceInfo,
  more: { spans: number; experiment: string; links: readonly { kind: string; target: string }[] },
): TraceDetail {
  const run = trace.metadata[traceKey.run]
  const linked = more.links.filter((link) => link.kind === 'run').map((link) => link.target)
  const prompts = more.links.filter((link) => link.kind === 'prompt').map((link) => link.target)
  return {
    ...traceView(trace, more.spans),
    experiment: more.experiment,
    metadata: { ...trace.metadata },
    client_request_id: trace.clientRequestId,
    runs: [...new Set([...(run === undefined ? [] : [run]), ...linked])],
    prompts: prompts.map((target) => {
      const slash = target.lastIndexOf('/')
      return { name: target.slice(0, slash), version: target.slice(slash + 1) }
    }),
  }
}

export function assessmentView(assessment: Assessment): AssessmentView {
  const { error } = assessment
  const sources = ['HUMAN', 'LLM_JUDGE', 'CODE', 'AI_JUDGE'] as const
  return {
    id: assessment.id,
    name: assessment.name,
    kind: assessment.kind,
    value: assessment.value === null ? null : JSON.parse(assessment.value),
    error: error === null ? null : { code: error.error_code, message: error.error_message ?? '' },
    rationale: assessment.rationale,
    source: sources.find((one) => one === assessment.sourceType) ?? 'SOURCE_TYPE_UNSPECIFIED',
    by: assessment.sourceId,
    span_id: assessment.spanId,
    run_id: assessment.runId,
    valid: assessment.valid,
    metadata: { ...assessment.metadata },
    created_at: timeOf(assessment.created),
    updated_at: timeOf(assessment.updated),
  }
}

/** Times count from the beginning of the trace. */
export function spanRow(span: BareSpan, begin: number): SpanRow {
  return {
    id: span.id,
    parent_id: span.parentId,
    name: span.name,
    type: span.type,
    status: span.status,
    start: since(span.start, begin),
    duration: span.end === null ? null : Number(span.end - span.start) / 1_000_000,
    tokens: span.usage?.total_tokens ?? null,
  }
}

interface Content {
  readonly attributes: Record<string, unknown>
  readonly message: string
  readonly events: readonly { name: string; time: string; attributes: Record<string, unknown> }[]
  readonly links: readonly { trace_id: string; span_id: string }[]
}

export function spanDetail(span: StoredSpan, begin: number): SpanDetail {
  const content = JSON.parse(span.content) as Content
  const { [spanKey.inputs]: inputs, [spanKey.outputs]: outputs, ...attributes } = content.attributes
  return {
    ...spanRow(span, begin),
    message: content.message === '' ? null : content.message,
    model: span.model,
    cost: span.cost?.total_cost ?? null,
    inputs: inputs ?? null,
    outputs: outputs ?? null,
    attributes,
    events: content.events.map((event) => ({
      name: event.name,
      at: since(BigInt(event.time), begin),
      attributes: event.attributes,
    })),
    links: content.links.map(({ trace_id, span_id }) => ({ trace_id, span_id })),
  }
}

function since(nanoseconds: bigint, begin: number): number {
  return Number(nanoseconds - BigInt(begin) * 1_000_000n) / 1_000_000
}

export function evaluationView(evaluation: Evaluation): EvaluationView {
  return {
    run_id: evaluation.runId,
    name: evaluation.name,
    experiment_id: evaluation.experimentId,
    started_at: timeOf(evaluation.start),
    records: evaluation.records,
    dataset: evaluation.dataset,
    scorers: [...evaluation.scorers],
  }
}

export function datasetView(dataset: EvaluationDataset): DatasetView {
  return {
    id: dataset.id,
    name: dataset.name,
    experiment_ids: [...dataset.experimentIds],
    records: dataset.records,
    digest: dataset.digest,
    tags: { ...dataset.tags },
    created_at: timeOf(dataset.created),
    updated_at: timeOf(dataset.updated),
    created_by: dataset.createdBy,
  }
}

export function recordView(record: EvaluationRecord): RecordView {
  return {
    id: record.id,
    inputs: JSON.parse(record.inputs),
    outputs: record.outputs === null ? null : JSON.parse(record.outputs),
    expectations: record.expectations === null ? null : JSON.parse(record.expectations),
    tags: { ...record.tags },
    source: sourceOf(record.source),
    created_at: timeOf(record.created),
    updated_at: timeOf(record.updated),
  }
}

function sourceOf(json: string | null): string | null {
  const source: unknown = json === null ? null : JSON.parse(json)
  if (typeof source !== 'object' || source === null || !('source_type' in source)) return null
  return String(source.source_type).toLowerCase()
}

/** Clients may give any number as a time; what no calendar has is shown as the epoch. */
function timeOf(ms: number): string {
  const time = new Date(ms)
  return (Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 ? new Date(0) : time).toISOString()
}
