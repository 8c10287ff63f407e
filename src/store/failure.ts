import { messageOf, SlipwayError } from '../base/error.ts'

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'EACCES',
])

/** The SQLSTATE of a database error, or the code of a system error. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Whether the same transaction may simply be tried again: serialization failure or deadlock. */
export function isSerializationFailure(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === '40001' || code === '40P01'
}

/** Whether the server is away, starting, stopping or has dropped the connection. */
export function isUnavailable(thrown: unknown): boolean {
  if (thrown instanceof SlipwayError) return thrown.code === 'database_unavailable'
  const code = codeOf(thrown)
  if (code !== undefined)
    return unreachable.has(code) || code.startsWith('08') || code.startsWith('57P') || code === '25P03'
  // The driver reports these without a code.
  return (
    thrown instanceof Error &&
    /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error)/.test(
      thrown.message,
    )
  )
}

/** Whether PostgreSQL's own words say that its disk is full. */
export function reportsFullDisk(report: string): boolean {
  return /No space left on device|Check free disk space/.test(report)
}

/** The name of the unique constraint or index that a write ran into, or undefined for any other failure. */
export function uniqueViolation(thrown: unknown): string | undefined {
  if (codeOf(thrown) !== '23505' || typeof thrown !== 'object' || thrown === null) return undefined
  return 'constraint' in thrown && typeof thrown.constraint === 'string' ? thrown.constraint : ''
}

/** Names the failures that an operator can act on; anything else is returned as it is. */
export function named(thrown: unknown): unknown {
  if (thrown instanceof SlipwayError) return thrown
  const code = codeOf(thrown)
  if (code === '53100' || code === 'ENOSPC') {
    return new SlipwayError('disk_full', 'The disk that holds the database is full.', { cause: thrown })
  }
  if (code === '22P05' || code === '22021') {
    return new SlipwayError('invalid_argument', 'Text may not hold the character NUL.', { cause: thrown })
  }
  if (isUnavailable(thrown)) {
    return new SlipwayError('database_unavailable', `The database cannot be reached: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
  if (code === '28P01' || code === '28000' || code === '3D000') {
    return new SlipwayError(
      'database_unavailable',
      `The database refused the connection: ${messageOf(thrown)}`,
      { cause: thrown },
    )
  }
  return thrown
}
