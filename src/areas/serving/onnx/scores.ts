/** How well predictions agree with labels. Pure; every formula is the textbook one, as scikit-learn computes it. */

export type Scores = Readonly<Record<string, number>>

/**
 * Of classes, compared as text. `accuracy`: share of equal pairs. `f1_macro`: the unweighted mean over all classes that
 * occur in either of F1 = 2tp / (2tp + fp + fn), 0 where that is 0/0.
 */
export function classificationScores(predicted: readonly string[], labels: readonly string[]): Scores {
  const counts = new Map<string, { tp: number; fp: number; fn: number }>()
  const of = (name: string) => {
    const found = counts.get(name) ?? { tp: 0, fp: 0, fn: 0 }
    counts.set(name, found)
    return found
  }
  let right = 0
  labels.forEach((label, i) => {
    const guess = predicted[i] ?? ''
    if (guess === label) {
      right += 1
      of(label).tp += 1
    } else {
      of(label).fn += 1
      of(guess).fp += 1
    }
  })
  const f1 = [...counts.values()].map(({ tp, fp, fn }) => (tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn)))
  return { accuracy: right / labels.length, f1_macro: mean(f1) }
}

/** Of numbers. `r2`: 1 - residual / total sum of squares; left out when the labels do not vary. */
export function regressionScores(predicted: readonly number[], labels: readonly number[]): Scores {
  const errors = labels.map((label, i) => (predicted[i] ?? Number.NaN) - label)
  const squares = mean(errors.map((error) => error * error))
  const centre = mean(labels)
  const variance = mean(labels.map((label) => (label - centre) ** 2))
  return {
    mae: mean(errors.map(Math.abs)),
    rmse: Math.sqrt(squares),
    ...(variance === 0 ? {} : { r2: 1 - squares / variance }),
  }
}

/** Rows by their value of a slicing column; rows without one are in no slice. Largest first, at most 50. */
export function slicesOf(values: readonly (string | null)[]): { value: string; rows: number[] }[] {
  const groups = new Map<string, number[]>()
  values.forEach((value, row) => {
    if (value === null) return
    const group = groups.get(value)
    if (group) group.push(row)
    else groups.set(value, [row])
  })
  return [...groups]
    .map(([value, rows]) => ({ value, rows }))
    .sort((a, b) => b.rows.length - a.rows.length || (a.value < b.value ? -1 : 1))
    .slice(0, 50)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
