export type Interval = readonly [low: number, high: number]

/** The 99 % quantile of the normal distribution: one side of a 98 % interval. */
const z = 2.3263478740408408

/** Of a share: Wilson's score interval (1927), good for small counts and shares near 0 or 1. */
export function shareInterval(successes: number, count: number): Interval {
  const share = successes / count
  const scale = 1 + z ** 2 / count
  const centre = (share + z ** 2 / (2 * count)) / scale
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

/** Of a mean, from the sum and the sum of squares, by the normal approximation. */
export function meanInterval(sum: number, squares: number, count: number): Interval {
  const mean = sum / count
  const variance = Math.max(0, squares / count - mean ** 2)
  const half = z * Math.sqrt(variance / count)
  return [mean - half, mean + half]
}
