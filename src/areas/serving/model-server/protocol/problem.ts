/** An answer that is not a success, as the protocol words it: `{"error": message}`. */
export class Problem extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** The caller should come again: overload, or something that is not ready yet. */
export function unavailable(message: string, retryAfterSeconds = 1): Problem {
  return new Problem(503, message, { 'retry-after': String(retryAfterSeconds) })
}
