import { chiSquareTail } from './chisquare.ts'

/** Bins in which the smaller sample is expected to have fewer are taken together (Cochran's rule, loosened). */
const leastExpected = 1

/**
 * The p-value of the hypothesis that two samples, counted over the same bins, are of one distribution: Pearson's test
 * of homogeneity. Unlike a goodness-of-fit test it does not take the reference for the truth.
 */
export function homogeneityP(reference: readonly number[], current: readonly number[]): number {
  const n = total(reference)
  const m = total(current)
  if (n === 0 || m === 0) return 1
  const bins = pooled(reference, current, n, m)
  const statistic = bins.reduce((sum, { r, c }) => {
    const expected = ((r + c) * m) / (n + m)
    // Both cells of a bin differ from expectation by the same amount.
    return sum + (c - expected) ** 2 * (1 / expected + 1 / (r + c - expected))
  }, 0)
  return chiSquareTail(statistic, bins.length - 1)
}

interface Bin {
  readonly r: number
  readonly c: number
}

function pooled(reference: readonly number[], current: readonly number[], n: number, m: number): Bin[] {
  const smaller = Math.min(n, m) / (n + m)
  const isRare = ({ r, c }: Bin) => (r + c) * smaller < leastExpected
  const bins = reference.map((r, i) => ({ r, c: current[i] ?? 0 })).filter(({ r, c }) => r + c > 0)
  const frequent = bins.filter((bin) => !isRare(bin)).sort((a, b) => a.r + a.c - (b.r + b.c))
  const rare = bins.filter(isRare).reduce(joined, { r: 0, c: 0 })
  if (rare.r + rare.c === 0) return frequent
  // One stray row where the reference has none would weigh as much as a real change of a tenth.
  const [least, ...others] = frequent
  return isRare(rare) && least !== undefined ? [joined(least, rare), ...others] : [rare, ...frequent]
}

function joined(a: Bin, b: Bin): Bin {
  return { r: a.r + b.r, c: a.c + b.c }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
