import type { ErrorCode } from '../../base/catalogue.ts'
import { SlipwayError } from '../../base/error.ts'
import { failureOf } from '../failure.ts'

const statuses = {
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  REQUEST_LIMIT_EXCEEDED: 429,
  RESOURCE_CONFLICT: 409,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  PERMISSION_DENIED: 403,
  UNAUTHENTICATED: 401,
  BAD_REQUEST: 400,
  FEATURE_DISABLED: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  INVALID_PARAMETER_VALUE: 400,
} as const

export type MlflowCode = keyof typeof statuses

/** How newer clients sort failures: their class, whose SQLSTATE says whose fault it is. */
const classes: Partial<Record<MlflowCode, string>> = {
  BAD_REQUEST: 'INVALID_PARAMETER_VALUE',
  ENDPOINT_NOT_FOUND: 'RESOURCE_NOT_FOUND',
  FEATURE_DISABLED: 'FEATURE_DISABLED',
  INTERNAL_ERROR: 'CLIENT_INTERNAL_ERROR',
  INVALID_PARAMETER_VALUE: 'INVALID_PARAMETER_VALUE',
  INVALID_STATE: 'CLIENT_INTERNAL_ERROR',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  RESOURCE_ALREADY_EXISTS: 'RESOURCE_ALREADY_EXISTS',
  RESOURCE_DOES_NOT_EXIST: 'RESOURCE_NOT_FOUND',
  TEMPORARILY_UNAVAILABLE: 'CLIENT_INTERNAL_ERROR',
}

function classOf(code: MlflowCode): { sqlstate?: string; error_class?: string } {
  const error_class = classes[code]
  if (error_class === undefined) return {}
  return { sqlstate: error_class === 'CLIENT_INTERNAL_ERROR' ? 'XXM00' : 'KAM00', error_class }
}

/** A failure in MLflow's own terms. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError'
  readonly code: MlflowCode

  constructor(code: MlflowCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The caller may not do this. MLflow's server says so in plain text, and its clients look for the words. */
export class Denied extends Error {
  override readonly name = 'Denied'

  constructor(message = 'Permission denied') {
    super(message)
  }
}

/** What MLflow's clients are told for our codes; the rest goes by its HTTP status. */
const codes: Partial<Record<ErrorCode, MlflowCode>> = {
  invalid_argument: 'INVALID_PARAMETER_VALUE',
  invalid_model: 'INVALID_PARAMETER_VALUE',
  wrong_state: 'INVALID_PARAMETER_VALUE',
  already_exists: 'RESOURCE_ALREADY_EXISTS',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  too_large: 'INVALID_PARAMETER_VALUE',
  conflict: 'RESOURCE_CONFLICT',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  destination_refused: 'INVALID_PARAMETER_VALUE',
}

export interface MlflowFailure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly error_code: MlflowCode; readonly message: string } | string
  /** A bug or a trouble of ours. */
  readonly unexpected: boolean
}

export function mlflowFailure(thrown: unknown, requestId: string): MlflowFailure {
  if (thrown instanceof MlflowError) return shown(thrown.code, thrown.message, false)
  if (thrown instanceof Denied) return plain(403, thrown.message)
  if (thrown instanceof SlipwayError) {
    const code = codes[thrown.code] ?? byStatus(thrown.status)
    if (code === 'UNAUTHENTICATED') return unauthenticated()
    return shown(code, thrown.message, false)
  }
  const { status, body, unexpected } = failureOf(thrown, requestId)
  return shown(byStatus(status), body.error.message, unexpected)
}

function unauthenticated(): MlflowFailure {
  const failure = plain(
    401,
    'You are not authenticated. Please see https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow ' +
      'on how to authenticate.',
  )
  return { ...failure, headers: { ...failure.headers, 'www-authenticate': 'Basic realm="mlflow"' } }
}

function plain(status: number, body: string): MlflowFailure {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body, unexpected: false }
}

function byStatus(status: number): MlflowCode {
  if (status === 404) return 'RESOURCE_DOES_NOT_EXIST'
  if (status === 403) return 'PERMISSION_DENIED'
  if (status === 409) return 'RESOURCE_CONFLICT'
  if (status === 429) return 'REQUEST_LIMIT_EXCEEDED'
  if (status === 503 || status === 507) return 'TEMPORARILY_UNAVAILABLE'
  return status >= 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST'
}

function shown(code: MlflowCode, message: string, unexpected: boolean): MlflowFailure {
  return {
    status: statuses[code],
    headers: { 'content-type': 'application/json' },
    body: { error_code: code, message, ...classOf(code) },
    unexpected,
  }
}
