/** What the platform (or the way to it) refused, as a caller can show it. `status` 0: nothing answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly facts: Readonly<Record<string, unknown>>

  constructor(failure: {
    status: number
    code: string
    message: string
    remedy: string
    facts?: Record<string, unknown>
    cause?: unknown
  }) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.status = failure.status
    this.code = failure.code
    this.remedy = failure.remedy
    this.facts = failure.facts ?? {}
  }
}

/** Reads `{ error: { code, message, remedy, facts } }`; what a proxy answers becomes a sentence, too. */
export async function failureOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined)
  const error = isRecord(body) && isRecord(body.error) ? body.error : {}
  return new ApiError({
    status: response.status,
    code: text(error.code, `http_${response.status}`),
    message: text(error.message, `The platform answered ${response.status} ${response.statusText}.`),
    remedy: text(error.remedy, 'Try again; if it goes on, read the log of the platform.'),
    facts: isRecord(error.facts) ? error.facts : {},
  })
}

/** Nothing answered: the platform is not there, or something on the way is in the way. */
export function unreachable(url: string, cause: unknown): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    message: `Nothing answers at ${url}${reason(cause)}.`,
    remedy: 'See whether the platform runs there (`slipway up` starts it), and whether the address is right.',
    cause,
  })
}

function reason(thrown: unknown): string {
  const cause = thrown instanceof Error && isRecord(thrown.cause) ? thrown.cause : {}
  return typeof cause.code === 'string' ? ` (${cause.code})` : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
