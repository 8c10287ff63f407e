/** How long to wait between two looks at a job's memory, in milliseconds. */
const longest = 100
const shortest = 10

/** Looks more often the sooner the limit could be reached at the present growth. */
export function createPace(limitBytes: number): { next(usedBytes: number, now: number): number } {
  let last = { used: 0, now: Number.NaN }
  return {
    next(used, now) {
      const growth = (used - last.used) / (now - last.now)
      last = { used, now }
      if (!(growth > 0)) return used > limitBytes / 2 ? longest / 2 : longest
      const untilLimit = (limitBytes - used) / growth
      return Math.max(shortest, Math.min(longest, untilLimit / 4))
    },
  }
}
