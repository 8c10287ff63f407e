/** Scores of a model on rows whose labels are known. Pure functions over columns of equal length. */

export type Metrics = Record<string, number>

export interface ClassificationRows {
  /** As texts, so that integer labels and names compare alike. */
  readonly labels: readonly string[]
  readonly predicted: readonly string[]
  /** For each row the probability of its true class; absent when the model gives no probabilities. */
  readonly likelihood?: readonly number[] | undefined
}

export interface RegressionRows {
  readonly labels: readonly number[]
  readonly predicted: readonly number[]
}

/** As scikit-learn's log_loss does, so that one confident mistake does not make it infinite. */
const leastLikelihood = 2 ** -52

/**
 * accuracy, macro averages of precision, recall and F1 over the classes that occur (as scikit-learn, with 0 where undefined),
 * and log_loss where probabilities are known.
 */
export function classificationMetrics({ labels, predicted, likelihood }: ClassificationRows): Metrics {
  const classes = tally(labels, predicted)
  let correct = 0
  let [precision, recall, f1] = [0, 0, 0]
  for (const { hits, labelled, claimed } of classes.values()) {
    correct += hits
    precision += ratio(hits, claimed)
    recall += ratio(hits, labelled)
    f1 += ratio(2 * hits, labelled + claimed)
  }
  return {
    accuracy: ratio(correct, labels.length),
    precision_macro: ratio(precision, classes.size),
    recall_macro: ratio(recall, classes.size),
    f1_macro: ratio(f1, classes.size),
    ...(likelihood ? { log_loss: logLoss(likelihood) } : {}),
  }
}

/** Root mean squared and mean absolute error, and the share of variance explained (0 when the labels do not vary). */
export function regressionMetrics({ labels, predicted }: RegressionRows): Metrics {
  const count = labels.length
  const mean = labels.reduce((sum, label) => sum + label, 0) / count
  let [squares, absolute, variance] = [0, 0, 0]
  for (const [i, label] of labels.entries()) {
    const error = (predicted[i] ?? 0) - label
    squares += error * error
    absolute += Math.abs(error)
    variance += (label - mean) ** 2
  }
  return {
    rmse: Math.sqrt(squares / count),
    mae: absolute / count,
    r2: variance === 0 ? 0 : 1 - squares / variance,
  }
}

export interface Confusion {
  readonly classes: readonly string[]
  /** counts[i][j]: rows of class i that were predicted as class j. */
  readonly counts: readonly (readonly number[])[]
}

/** More classes make a table that nobody reads. */
const mostClasses = 50

/** Undefined for too many classes. */
export function confusionOf(labels: readonly string[], predicted: readonly string[]): Confusion | undefined {
  const classes = [...new Set([...labels, ...predicted])].sort(byValue)
  if (classes.length > mostClasses) return undefined
  const index = new Map(classes.map((name, i) => [name, i]))
  const counts = classes.map(() => classes.map(() => 0))
  for (const [i, label] of labels.entries()) {
    const row = counts[index.get(label) ?? 0]
    const column = index.get(predicted[i] ?? '') ?? 0
    if (row) row[column] = (row[column] ?? 0) + 1
  }
  return { classes, counts }
}

/** Numbers in their order, before names. */
export function byValue(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (!Number.isNaN(difference) && difference !== 0) return difference
  return a < b ? -1 : a > b ? 1 : 0
}

interface Tally {
  hits: number
  labelled: number
  claimed: number
}

function tally(labels: readonly string[], predicted: readonly string[]): Map<string, Tally> {
  const classes = new Map<string, Tally>()
  const of = (name: string) => {
    const known = classes.get(name) ?? { hits: 0, labelled: 0, claimed: 0 }
    classes.set(name, known)
    return known
  }
  for (const [i, label] of labels.entries()) {
    const guess = predicted[i] ?? ''
    of(label).labelled++
    of(guess).claimed++
    if (label === guess) of(label).hits++
  }
  return classes
}

function logLoss(likelihood: readonly number[]): number {
  const sum = likelihood.reduce(
    (total, value) => total - Math.log(Math.min(1 - leastLikelihood, Math.max(leastLikelihood, value))),
    0,
  )
  return ratio(sum, likelihood.length)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
