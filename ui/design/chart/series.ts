/** What a chart draws: values beside the shared x of the chart; null where there is nothing to draw. */
export interface Series {
  readonly label: string
  /** The name of a colour of tokens.css, for example `--series-1`. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  readonly kind: 'line' | 'area' | 'bars' | 'points' | 'hidden'
  /** What the tip says when it is not the value drawn, as in stacks. */
  readonly told?: readonly (number | null)[]
  readonly format?: (value: number) => string
  /** On the axis of its own at the foot of the chart (0 to 1). */
  readonly foot?: boolean
  readonly dash?: readonly number[]
}

const revisionColours = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6']

/** The colour of a revision is its own on every page, so that people recognize it. */
export function revisionColour(revision: number): string {
  return revisionColours[(revision - 1) % revisionColours.length] ?? '--series-1'
}

export interface Point {
  readonly minute: string
  readonly revision: number
}

/**
 * The minutes from first to last without gaps, in seconds: a minute without requests is a zero, not a jump. At least
 * ten, so that a deployment's first minute does not fill the chart.
 */
export function minutesOf(points: readonly Point[]): number[] {
  const seconds = points.map((point) => Date.parse(point.minute) / 1000)
  if (seconds.length === 0) return []
  const last = Math.max(...seconds)
  const first = Math.min(...seconds, last - 9 * 60)
  return Array.from({ length: Math.round((last - first) / 60) + 1 }, (_, index) => first + index * 60)
}

/** One row of numbers per revision, in the order of `minutes`; `missing` where a revision had no requests. */
export function byRevision<P extends Point>(
  points: readonly P[],
  minutes: readonly number[],
  value: (point: P) => number | null,
  missing: number | null,
): { revision: number; values: (number | null)[] }[] {
  const place = new Map(minutes.map((minute, index) => [minute, index]))
  const rows = new Map<number, (number | null)[]>()
  for (const point of points) {
    const index = place.get(Date.parse(point.minute) / 1000)
    if (index === undefined) continue
    const row = rows.get(point.revision) ?? minutes.map(() => missing)
    row[index] = value(point)
    rows.set(point.revision, row)
  }
  return [...rows].sort(([a], [b]) => a - b).map(([revision, values]) => ({ revision, values }))
}

/** Each row on top of those before it. */
export function stack(rows: readonly (readonly (number | null)[])[]): number[][] {
  let below: readonly number[] = []
  return rows.map((row) => {
    const sums = row.map((value, index) => (value ?? 0) + (below[index] ?? 0))
    below = sums
    return sums
  })
}
