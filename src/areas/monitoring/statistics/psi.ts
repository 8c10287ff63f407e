/**
 * Population stability index of two distributions over the same bins, in nats: Σ (r − c) ln(r / c), the symmetric
 * Kullback-Leibler divergence (Jeffreys 1946). No share may be zero; how zeros are filled is the caller's choice and
 * part of the number's definition.
 */
export function populationStability(reference: readonly number[], current: readonly number[]): number {
  return reference.reduce((sum, r, i) => {
    const c = current[i] ?? Number.NaN
    return sum + (r - c) * Math.log(r / c)
  }, 0)
}
