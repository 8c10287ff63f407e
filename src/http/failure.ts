import { catalogue, type ErrorCode } from '../base/catalogue.ts'
import { SlipwayError } from '../base/error.ts'

/** An error as the API answers it. */
export interface Failure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly error: {
      readonly code: string
      readonly message: string
      readonly remedy: string
      readonly facts: Readonly<Record<string, unknown>>
    }
  }
  /** A bug or a trouble of ours: logged with its stack. */
  readonly unexpected: boolean
}

/** What a caller is told. Of what is not meant for callers they get only the id to find it in the log. */
export function failureOf(thrown: unknown, requestId: string): Failure {
  const error = thrown instanceof SlipwayError ? thrown : translated(thrown)
  if (error === undefined) {
    const told = new SlipwayError('internal', 'Something went wrong inside the platform.', {
      facts: { request_id: requestId },
    })
    return { ...shown(told), unexpected: true }
  }
  return shown(error)
}

function shown(error: SlipwayError): Failure {
  const wait = error.facts.retry_after
  return {
    status: error.status,
    headers: {
      ...(typeof wait === 'number' ? { 'retry-after': String(wait) } : {}),
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer realm="slipway"' } : {}),
    },
    body: { error: { code: error.code, message: error.message, remedy: error.remedy, facts: error.facts } },
    unexpected: false,
  }
}

/** PostgreSQL's SQLSTATEs that a caller can do something about. */
const databaseCodes: Record<string, readonly [ErrorCode, string]> = {
  '22001': ['invalid_argument', 'A text is too long.'],
  '22003': ['invalid_argument', 'A number is too large.'],
  '22007': ['invalid_argument', 'A time is malformed.'],
  '22008': ['invalid_argument', 'A time is out of range.'],
  '22021': ['invalid_argument', 'A text holds a character that cannot be stored.'],
  '22P02': ['invalid_argument', 'A value is malformed.'],
  '22P05': ['invalid_argument', 'A text holds a character that cannot be stored.'],
  '23503': ['conflict', 'Something that this refers to is gone, or is still needed elsewhere.'],
  '23505': ['already_exists', 'There is one like this already.'],
  '23514': ['invalid_argument', 'A value is out of its range.'],
  '40001': ['conflict', 'Someone else changed the same thing at the same time.'],
  '40P01': ['conflict', 'Someone else changed the same thing at the same time.'],
  '53100': ['disk_full', 'The disk of the database is full.'],
  '53300': ['overloaded', 'The database has no connection to spare.'],
}

const systemCodes: Record<string, readonly [ErrorCode, string]> = {
  ENOSPC: ['disk_full', 'The disk is full.'],
  ECONNREFUSED: ['database_unavailable', 'The database does not answer.'],
  ECONNRESET: ['database_unavailable', 'The connection to the database was lost.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['too_large', 'The body is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'invalid_argument',
    'This takes a JSON body: `content-type: application/json`.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid_argument',
    'The body is not as long as its content-length says.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_argument', 'The body is empty.'],
  FST_ERR_BAD_URL: ['invalid_argument', 'The address is malformed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid_argument', 'A part of the address is too long.'],
}

function translated(thrown: unknown): SlipwayError | undefined {
  if (!(thrown instanceof Error)) return undefined
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  const unavailable = /^(08|57P)/.test(code)
    ? (['database_unavailable', 'The database does not answer.'] as const)
    : undefined
  const [known, message] = databaseCodes[code] ?? systemCodes[code] ?? unavailable ?? []
  if (known !== undefined && message !== undefined && known in catalogue) {
    return new SlipwayError(known, message, { cause: thrown })
  }
  const status = 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500
  return status >= 400 && status < 500 ? new SlipwayError('invalid_argument', thrown.message) : undefined
}
