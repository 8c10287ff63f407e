import {
  type Assessment,
  type Counts,
  cacheKeys,
  costKeys,
  type TraceInfo,
  tokenKeys,
  traceKey,
} from '../../areas/traces/index.ts'

export const stateNames = {
  unspecified: 'STATE_UNSPECIFIED',
  ok: 'OK',
  error: 'ERROR',
  in_progress: 'IN_PROGRESS',
} as const

export function traceInfoView(trace: TraceInfo) {
  return {
    trace_id: trace.id,
    client_request_id: trace.clientRequestId ?? undefined,
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: trace.experimentId },
    },
    request_preview: trace.request ?? undefined,
    response_preview: trace.response ?? undefined,
    request_time: timestampView(trace.start),
    execution_duration: trace.duration === null ? undefined : durationView(trace.duration),
    state: stateNames[trace.state],
    trace_metadata: metadataOf(trace),
    tags: tagsOf(trace),
    assessments: trace.assessments.length === 0 ? undefined : trace.assessments.map(assessmentView),
  }
}

export function tagsOf(trace: TraceInfo): Record<string, string> {
  return trace.name === null ? { ...trace.tags } : { ...trace.tags, [traceKey.name]: trace.name }
}

export function metadataOf(trace: TraceInfo): Record<string, string> {
  return {
    ...trace.metadata,
    ...(trace.session === null ? {} : { [traceKey.session]: trace.session }),
    ...(trace.usage === null
      ? {}
      : { [traceKey.usage]: countsView(trace.usage, [...tokenKeys, ...cacheKeys]) }),
    ...(trace.cost === null ? {} : { [traceKey.cost]: countsView(trace.cost, costKeys) }),
  }
}

/** As Python writes JSON. */
function countsView(counts: Counts, keys: readonly string[]): string {
  const parts = keys.flatMap((key) => (counts[key] === undefined ? [] : [`"${key}": ${counts[key]}`]))
  return `{${parts.join(', ')}}`
}

export function assessmentView(assessment: Assessment) {
  return {
    assessment_id: assessment.id,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    span_id: assessment.spanId ?? undefined,
    source: { source_type: assessment.sourceType, source_id: assessment.sourceId },
    create_time: timestampView(assessment.created),
    last_update_time: timestampView(assessment.updated),
    ...valueView(assessment),
    rationale: assessment.rationale ?? undefined,
    metadata: Object.keys(assessment.metadata).length === 0 ? undefined : assessment.metadata,
    overrides: assessment.overrides ?? undefined,
    valid: assessment.valid,
  }
}

function valueView(assessment: Assessment) {
  const { kind, value, error } = assessment
  if (kind === 'issue') return { issue: { issue_name: issueName(value) } }
  if (kind === 'expectation') return { expectation: expectationView(value ?? 'null') }
  const shown = error === null ? undefined : withoutNull(error)
  return { feedback: { value: value === null ? null : JSON.parse(value), error: shown } }
}

/** Lists and objects travel as their JSON: that keeps whole numbers whole. */
function expectationView(json: string) {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) return { value }
  return { serialized_value: { serialization_format: 'JSON_FORMAT', value: json } }
}

function issueName(value: string | null): string {
  const name: unknown = value === null ? '' : JSON.parse(value)
  return typeof name === 'string' ? name : ''
}

function withoutNull(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}

export function timestampView(ms: number): string {
  const time = new Date(ms)
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString()
}

export function durationView(ms: number): string {
  return `${(ms / 1000).toFixed(3)}s`
}
