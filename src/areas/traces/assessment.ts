import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Json, Texts } from './span.ts'

export type AssessmentKind = 'feedback' | 'expectation' | 'issue'

/** Why a scorer had no value to give. */
export interface AssessmentError {
  readonly error_code: string
  readonly error_message: string | null
  readonly stack_trace: string | null
}

/** What someone or something says of a trace. */
export interface Assessment {
  readonly id: string
  readonly traceId: string
  readonly kind: AssessmentKind
  readonly name: string
  /** JSON; null for an issue. */
  readonly value: Json | null
  readonly error: AssessmentError | null
  readonly rationale: string | null
  readonly sourceType: string
  readonly sourceId: string
  readonly spanId: string | null
  readonly runId: string | null
  /** The id of the one that this one replaces. */
  readonly overrides: string | null
  readonly valid: boolean
  readonly metadata: Texts
  readonly created: number
  readonly updated: number
}

export type NewAssessment = Omit<Assessment, 'id' | 'traceId' | 'runId' | 'valid'> & {
  readonly id?: string | undefined
}

/** What may change: source and span may not. */
export interface AssessmentChange {
  readonly name?: string | undefined
  readonly feedback?: { readonly value: Json; readonly error: AssessmentError | null } | undefined
  readonly expectation?: Json | undefined
  readonly rationale?: string | undefined
  readonly metadata?: Texts | undefined
}

/** The metadata that names the run during which it was made. */
export const sourceRunKey = 'mlflow.assessment.sourceRunId'

export function assessmentId(): string {
  return `a-${uuidv7().replaceAll('-', '')}`
}

export function assessmentNotFound(traceId: string, id: string): SlipwayError {
  return new SlipwayError('not_found', `Assessment with ID '${id}' not found for trace '${traceId}'`)
}

export function checkAssessment(assessment: NewAssessment): void {
  if (assessment.name === '' || assessment.name.length > 250) {
    throw new SlipwayError('invalid_argument', 'The name of an assessment must have 1 to 250 characters.')
  }
  for (const text of [assessment.name, assessment.rationale ?? '', assessment.sourceId]) {
    if (text.includes('\0')) {
      throw new SlipwayError('invalid_argument', 'An assessment must not contain the character U+0000.')
    }
  }
}

/** Fails with `invalid_argument` when the change is not one for this kind. */
export function checkChange(kind: AssessmentKind, change: AssessmentChange): void {
  if (change.expectation !== undefined && change.feedback !== undefined) {
    throw invalid('Cannot specify both `expectation` and `feedback` parameters.')
  }
  if (change.expectation !== undefined && kind !== 'expectation') {
    throw invalid('Cannot update expectation value on a Feedback assessment.')
  }
  if (change.feedback !== undefined && kind !== 'feedback') {
    throw invalid('Cannot update feedback value on an Expectation assessment.')
  }
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
