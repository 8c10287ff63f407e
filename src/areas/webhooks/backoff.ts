const firstMs = 1000
const mostMs = 3_600_000

/** Answers after which the same post may do better later; others say that it is wrong. */
const passing: readonly number[] = [408, 425, 429, 500, 502, 503, 504]

export function mayPass(status: number): boolean {
  return passing.includes(status)
}

/**
 * How long to wait after the attempt of this number (from 1); spread, so that many do not come at once. The receiver
 * may ask for more, by Retry-After in seconds or as a date.
 */
export function backoffMs(
  attempt: number,
  random: number,
  retryAfter: string | undefined,
  now: Date,
): number {
  const own = Math.min(mostMs, firstMs * 2 ** (attempt - 1)) * (0.75 + random / 2)
  const seconds = Number(retryAfter)
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter ?? '') - now.getTime()
  return Math.max(own, Math.min(mostMs, Number.isFinite(asked) ? asked : 0))
}
