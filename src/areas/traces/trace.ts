import { SlipwayError } from '../../base/error.ts'
import type { Assessment } from './assessment.ts'
import type { Texts } from './span.ts'
import type { Counts } from './usage.ts'

export type TraceState = 'unspecified' | 'ok' | 'error' | 'in_progress'

/** What is known of a trace without its spans; times in milliseconds since 1970. */
export interface TraceInfo {
  readonly id: string
  readonly experimentId: string
  readonly name: string | null
  /** The name of its root span, once that has arrived. */
  readonly rootName: string | null
  readonly state: TraceState
  readonly start: number
  /** Milliseconds; null while it goes on. */
  readonly duration: number | null
  readonly clientRequestId: string | null
  readonly request: string | null
  readonly response: string | null
  readonly session: string | null
  readonly usage: Counts | null
  readonly cost: Counts | null
  readonly tags: Texts
  readonly metadata: Texts
  readonly assessments: readonly Assessment[]
}

/** What a client says of a trace, whole: later spans no longer change it. */
export interface NewTrace extends Omit<TraceInfo, 'rootName'> {
  readonly id: string
}

/** Tags and metadata that MLflow's clients give a meaning. */
export const traceKey = {
  name: 'mlflow.traceName',
  spansLocation: 'mlflow.trace.spansLocation',
  artifacts: 'mlflow.artifactLocation',
  session: 'mlflow.trace.session',
  user: 'mlflow.trace.user',
  usage: 'mlflow.trace.tokenUsage',
  cost: 'mlflow.trace.cost',
  run: 'mlflow.sourceRun',
  prompts: 'mlflow.linkedPrompts',
} as const

/** The value of the tag that says that spans are here and not in a file. */
export const spansHere = 'TRACKING_STORE'

const limits = { id: 250, key: 250, tag: 4096, metadata: 250 }

export function checkTraceId(id: string): string {
  if (id !== '' && id.length <= limits.id && /^[\w.:/-]+$/.test(id)) return id
  throw new SlipwayError(
    'invalid_argument',
    `Invalid trace id '${id.slice(0, 300)}': it must be 1 to 250 letters, digits, '_', '.', ':', '/' and '-'.`,
  )
}

export function traceNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Trace with ID '${id}' not found.`)
}

/** A tag as it is stored: values beyond the limit are cut, as MLflow does. */
export function checkTraceTag(key: string, value: string): [key: string, value: string] {
  if (key === '' || key.length > limits.key) {
    throw new SlipwayError(
      'invalid_argument',
      `Trace tag key '${key.slice(0, 300)}' must have 1 to ${limits.key} characters`,
    )
  }
  return [clean(key), clean(value).slice(0, 8000)]
}

/** Values of metadata longer than MLflow's limit are kept whole up to a size that no honest value has. */
export function checkMetadata(metadata: Texts): Texts {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [
      clean(key).slice(0, limits.key),
      clean(value).slice(0, 65_536),
    ]),
  )
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
