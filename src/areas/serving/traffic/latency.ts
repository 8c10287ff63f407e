import { latencyEdgesMs } from '../../../contract/modelserver.ts'

/**
 * A percentile of a histogram, in milliseconds, by linear interpolation within its bucket (at most 19 % off). Null without
 * requests; the last edge for what lies beyond it.
 */
export function percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = share * total
  for (const [i, count] of counts.entries()) {
    if (left <= count && count > 0) {
      const [low, high] = [latencyEdgesMs[i - 1] ?? 0, latencyEdgesMs[i]]
      return high === undefined ? low : round(low + ((high - low) * left) / count)
    }
    left -= count
  }
  return round(latencyEdgesMs.at(-1) ?? 0)
}

function round(ms: number): number {
  return Number(ms.toPrecision(4))
}
