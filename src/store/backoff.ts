const firstMs = 1000
const longestMs = 5 * 60_000

/** How long to wait after so many failures in a row: doubling, with jitter so that what failed together does not retry together. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs)
  return Math.round(full * (0.75 + random() * 0.5))
}
