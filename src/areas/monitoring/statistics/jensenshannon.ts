/** Jensen-Shannon divergence (Lin 1991) of two distributions over the same values, in nats; shares may be zero. */
export function jensenShannonDivergence(p: readonly number[], q: readonly number[]): number {
  const half = (a: number, b: number) => (a > 0 ? (a / 2) * Math.log((2 * a) / (a + b)) : 0)
  const sum = p.reduce((sum, a, i) => {
    const b = q[i] ?? 0
    return sum + half(a, b) + half(b, a)
  }, 0)
  // Rounding may leave a hair below zero.
  return Math.max(0, sum)
}

/** The distance in base 2, as NannyML has it: between 0 and 1. (Evidently's is the square root of the nats.) */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(jensenShannonDivergence(p, q) / Math.LN2)
}
