/** After so many attempts, which take some 16 hours, a delivery has failed. */
export const maxAttempts = 20

const firstMs = 2_000
const mostMs = 2 * 3_600_000

/** How long to wait after the attempt of this number (from 1); spread, so that many do not come at once. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(mostMs, firstMs * 2 ** (attempt - 1)) * (0.75 + random / 2)
}
