import { catalogue, type ErrorCode } from './catalogue.ts'

/**
 * An expected failure: something a caller or operator can act on. A plain `Error` means a bug.
 * The code decides HTTP status, exit code and the "what to do" line; `detail` says what happened here.
 */
export class SlipwayError extends Error {
  override readonly name = 'SlipwayError'
  readonly code: ErrorCode
  /** Machine-readable facts about this failure; shown to the caller, so never a secret. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string,
    options: { facts?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
  }

  get status(): number {
    return catalogue[this.code].status
  }

  /** What the reader can do about it. */
  get remedy(): string {
    return catalogue[this.code].remedy
  }
}

/** The message of anything thrown, for logs and for `detail`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
