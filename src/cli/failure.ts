import { SlipwayError } from '../base/error.ts'
import { ApiError } from '../client/failure.ts'
import { paint, type Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** What the program ends with: documented, so that scripts can rely on it. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  access: 3,
  notFound: 4,
  state: 5,
  unreachable: 6,
  interrupted: 130,
} as const

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof UsageError) return exitCodes.usage
  if (isAbort(thrown)) return exitCodes.interrupted
  const { status } = told(thrown) ?? { status: 500 }
  if (thrown instanceof ApiError && status === 0) return exitCodes.unreachable
  if (status === 401 || status === 403) return exitCodes.access
  if (status === 404) return exitCodes.notFound
  return status === 409 ? exitCodes.state : exitCodes.failed
}

/** An error as people and programs read it, on standard error. */
export function showFailure(terminal: Terminal, thrown: unknown, json: boolean): string {
  if (isAbort(thrown)) return ''
  const error = told(thrown)
  if (json) {
    const code = error?.code ?? (thrown instanceof UsageError ? 'usage' : 'internal')
    const { message } = thrown instanceof Error ? thrown : { message: String(thrown) }
    return `${JSON.stringify({ error: { code, message, remedy: error?.remedy ?? hintOf(thrown), facts: error?.facts ?? {} } })}\n`
  }
  const label = paint(terminal, 'red', 'error:')
  if (thrown instanceof UsageError) return `${label} ${thrown.message}\n       See \`${thrown.hint}\`.\n`
  if (error !== undefined) return `${label} ${error.message}\n       ${error.remedy}\n`
  // Not an expected failure: a bug, whose stack is what helps to report it.
  return `${label} ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`
}

function told(thrown: unknown): ApiError | SlipwayError | undefined {
  return thrown instanceof ApiError || thrown instanceof SlipwayError ? thrown : undefined
}

function hintOf(thrown: unknown): string {
  return thrown instanceof UsageError ? `See \`${thrown.hint}\`.` : ''
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
