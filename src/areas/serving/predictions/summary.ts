/** Statistics of a column that merge: over minutes, parts and revisions alike. */
export interface ColumnSummary {
  readonly count: number
  readonly nulls: number
  /** Of numeric columns: mean and sum of squared differences from it (Chan et al. 1979, eq. 2.1 merge them). */
  readonly numeric?: {
    readonly mean: number
    readonly m2: number
    readonly min: number
    readonly max: number
  }
  /** Occurrences by value, while there are few. */
  readonly values?: Readonly<Record<string, number>>
}

export type Summary = Readonly<Record<string, ColumnSummary>>

/** More values than this are not counted one by one. */
export const fewValues = 32

export function mergeSummaries(a: Summary, b: Summary): Summary {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  const merged: Record<string, ColumnSummary> = {}
  for (const name of names) {
    const [left, right] = [a[name], b[name]]
    const one = left && right ? mergeColumns(left, right) : (left ?? right)
    if (one) merged[name] = one
  }
  return merged
}

function mergeColumns(a: ColumnSummary, b: ColumnSummary): ColumnSummary {
  const numeric = mergeNumeric(a, b)
  const values = mergeValues(a, b)
  return {
    count: a.count + b.count,
    nulls: a.nulls + b.nulls,
    ...(numeric ? { numeric } : {}),
    ...(values ? { values } : {}),
  }
}

function mergeNumeric(a: ColumnSummary, b: ColumnSummary): ColumnSummary['numeric'] {
  if (!a.numeric || !b.numeric) return a.numeric ?? b.numeric
  const [n, m] = [a.count, b.count]
  if (n + m === 0) return undefined
  const delta = b.numeric.mean - a.numeric.mean
  return {
    mean: a.numeric.mean + (delta * m) / (n + m),
    m2: a.numeric.m2 + b.numeric.m2 + (delta * delta * n * m) / (n + m),
    min: Math.min(a.numeric.min, b.numeric.min),
    max: Math.max(a.numeric.max, b.numeric.max),
  }
}

/** Once one side has too many values to count, so has the whole. */
function mergeValues(a: ColumnSummary, b: ColumnSummary): ColumnSummary['values'] {
  const known = (column: ColumnSummary) => (column.count === 0 ? {} : column.values)
  const [left, right] = [known(a), known(b)]
  if (!left || !right) return undefined
  const counts: Record<string, number> = { ...left }
  for (const [value, count] of Object.entries(right)) counts[value] = (counts[value] ?? 0) + count
  return Object.keys(counts).length <= fewValues ? counts : undefined
}
