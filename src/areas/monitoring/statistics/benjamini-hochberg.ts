/** P-values adjusted for their number, so that a threshold on them bounds the false discovery rate (1995). */
export function adjustedP(values: readonly number[]): number[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p)
  const adjusted: number[] = Array(values.length)
  let least = 1
  for (const [position, { p, index }] of order.entries()) {
    least = Math.min(least, (p * values.length) / (values.length - position))
    adjusted[index] = least
  }
  return adjusted
}
