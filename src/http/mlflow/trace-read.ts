import {
  type AssessmentError,
  cacheKeys,
  costKeys,
  countsOf,
  type Json,
  type NewAssessment,
  type NewTrace,
  tokenKeys,
  traceKey,
} from '../../areas/traces/index.ts'
import { MlflowError } from './failure.ts'
import type { Read } from './message.ts'
import { stateNames } from './trace-show.ts'

const text = { type: 'string' } as const

export const assessmentMessage = {
  assessment_id: text,
  assessment_name: text,
  trace_id: text,
  span_id: text,
  source: { type: 'message', fields: { source_type: text, source_id: text } },
  create_time: text,
  last_update_time: text,
  feedback: {
    type: 'message',
    fields: {
      value: { type: 'json' },
      error: { type: 'message', fields: { error_code: text, error_message: text, stack_trace: text } },
    },
  },
  expectation: {
    type: 'message',
    fields: {
      value: { type: 'json' },
      serialized_value: { type: 'message', fields: { serialization_format: text, value: text } },
    },
  },
  issue: { type: 'message', fields: { issue_name: text } },
  rationale: text,
  metadata: { type: 'map' },
  overrides: text,
  valid: { type: 'bool' },
} as const

export const traceInfoMessage = {
  trace_id: text,
  client_request_id: text,
  trace_location: {
    type: 'message',
    fields: { type: text, mlflow_experiment: { type: 'message', fields: { experiment_id: text } } },
  },
  request_preview: text,
  response_preview: text,
  request_time: text,
  execution_duration: text,
  state: text,
  trace_metadata: { type: 'map' },
  tags: { type: 'map' },
  assessments: { type: 'message', list: true, fields: assessmentMessage },
} as const

export type AssessmentMessage = Read<typeof assessmentMessage>

export function traceOf(info: Read<typeof traceInfoMessage>): NewTrace {
  const { [traceKey.name]: name = null, ...tags } = info.tags
  return {
    id: info.trace_id ?? '',
    experimentId: info.trace_location?.mlflow_experiment?.experiment_id || '0',
    name,
    state: stateOf(info.state),
    start: millisecondsOf(info.request_time) ?? Date.now(),
    duration: durationOf(info.execution_duration),
    clientRequestId: info.client_request_id ?? null,
    request: info.request_preview ?? null,
    response: info.response_preview ?? null,
    ...promoted(info.trace_metadata),
    tags,
    assessments: info.assessments.map((one) => ({
      ...newAssessment(one),
      traceId: '',
      runId: null,
      valid: true,
      id: one.assessment_id ?? '',
    })),
  }
}

/** Metadata of which the platform keeps more than a text. */
export function promoted(metadata: Readonly<Record<string, string>>) {
  const {
    [traceKey.session]: session = null,
    [traceKey.usage]: usage,
    [traceKey.cost]: cost,
    ...rest
  } = metadata
  return {
    session,
    usage: countsOf(parsed(usage), [...tokenKeys, ...cacheKeys], true) ?? null,
    cost: countsOf(parsed(cost), costKeys, false) ?? null,
    metadata: rest,
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json)
  } catch {
    return undefined
  }
}

export function stateOf(name: string | undefined): NewTrace['state'] {
  const found = Object.entries(stateNames).find(([, known]) => known === name)
  return (found?.[0] as NewTrace['state'] | undefined) ?? 'unspecified'
}

/** RFC 3339, or `undefined`. */
export function millisecondsOf(time: string | undefined): number | undefined {
  if (time === undefined || time === '') return undefined
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid time '${time}'`)
  return ms
}

/** Protocol buffers write a duration as `1.5s`. */
function durationOf(duration: string | undefined): number | null {
  if (duration === undefined) return null
  const seconds = /^(-?\d+(?:\.\d+)?)s$/.exec(duration)?.[1]
  if (seconds === undefined) {
    throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid duration '${duration}'`)
  }
  return Math.round(Number(seconds) * 1000)
}

export function newAssessment(message: AssessmentMessage): NewAssessment {
  const now = Date.now()
  return {
    ...valueIn(message),
    name: message.assessment_name ?? '',
    rationale: message.rationale || null,
    sourceType: message.source?.source_type || 'CODE',
    sourceId: message.source?.source_id || 'default',
    spanId: message.span_id || null,
    overrides: message.overrides || null,
    metadata: message.metadata,
    created: millisecondsOf(message.create_time) ?? now,
    updated: millisecondsOf(message.last_update_time) ?? now,
  }
}

type Value = Pick<NewAssessment, 'kind' | 'value' | 'error'>

function valueIn({ feedback, expectation, issue }: AssessmentMessage): Value {
  if (feedback !== undefined)
    return { kind: 'feedback', value: jsonOf(feedback.value), error: errorOf(feedback.error) }
  if (expectation !== undefined)
    return { kind: 'expectation', value: expectationJson(expectation), error: null }
  if (issue !== undefined) return { kind: 'issue', value: jsonOf(issue.issue_name ?? ''), error: null }
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    'Exactly one of `expectation`, `feedback`, or `issue` should be specified.',
  )
}

export function expectationJson(expectation: NonNullable<AssessmentMessage['expectation']>): Json {
  const serialized = expectation.serialized_value?.value
  if (serialized === undefined) return jsonOf(expectation.value)
  if (parsed(serialized) === undefined) {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'The serialized value of an expectation must be JSON')
  }
  return serialized.replaceAll('\\u0000', '\\ufffd')
}

export function jsonOf(value: unknown): Json {
  return (JSON.stringify(value ?? null) ?? 'null').replaceAll('\\u0000', '\\ufffd')
}

export function errorOf(error: NonNullable<AssessmentMessage['feedback']>['error']): AssessmentError | null {
  if (error === undefined) return null
  return {
    error_code: error.error_code ?? '',
    error_message: error.error_message ?? null,
    stack_trace: error.stack_trace ?? null,
  }
}
