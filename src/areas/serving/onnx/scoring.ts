import {
  byValue,
  type ClassificationRows,
  type Confusion,
  classificationMetrics,
  confusionOf,
  type Metrics,
  type RegressionRows,
  regressionMetrics,
} from './metrics.ts'
import type { Tensor } from './tensor.ts'

export type Task = 'classification' | 'regression'

export interface SliceScores {
  readonly by: string
  readonly value: string
  readonly rows: number
  readonly metrics: Metrics
}

export interface Scores {
  readonly task: Task
  readonly rows: number
  readonly metrics: Metrics
  readonly slices: readonly SliceScores[]
  readonly confusion?: Confusion
}

/** Values of a slice beyond these (the most frequent) are left out. */
const mostValues = 100

/** Collects what a model answered to labelled rows, batch by batch. */
export class Scorer {
  readonly #slices: readonly string[]
  readonly #task: Task | undefined
  #labels: (string | number)[] = []
  #predicted: (string | number)[] = []
  #probabilities: number[][] | undefined
  #sliceValues: (string | null)[][]
  #answered: Task | undefined

  constructor(options: { readonly slices: readonly string[]; readonly task?: Task | undefined }) {
    this.#slices = options.slices
    this.#task = options.task
    this.#sliceValues = options.slices.map(() => [])
  }

  /** One batch: `values[i]` are the values of slice column i; rows without one are in no slice. */
  add(
    labels: readonly (string | number)[],
    outputs: readonly Tensor[],
    values: readonly (readonly (string | null)[])[],
  ): void {
    const { predicted, probabilities, task } = readOutputs(outputs, labels.length, this.#task)
    this.#answered = task
    // Not by spreading: a batch may be longer than a call may have arguments.
    for (const label of labels) this.#labels.push(label)
    for (const value of predicted) this.#predicted.push(value)
    if (probabilities) {
      this.#probabilities ??= []
      for (const row of probabilities) this.#probabilities.push(row)
    }
    for (const [i, column] of values.entries()) for (const value of column) this.#sliceValues[i]?.push(value)
  }

  scores(): Scores {
    const task = this.#answered ?? 'classification'
    const all = this.#labels.map((_, i) => i)
    const likelihood = this.#likelihood(task)
    const confusion =
      task === 'classification'
        ? confusionOf(this.#labels.map(asText), this.#predicted.map(asText))
        : undefined
    return {
      task,
      rows: all.length,
      metrics: this.#metrics(task, all, likelihood),
      slices: this.#slices.flatMap((by, i) => this.#slice(task, by, this.#sliceValues[i] ?? [], likelihood)),
      ...(confusion ? { confusion } : {}),
    }
  }

  #metrics(task: Task, rows: readonly number[], likelihood: readonly number[] | undefined): Metrics {
    if (rows.length === 0) return {}
    if (task === 'regression') return regressionMetrics(this.#numbers(rows))
    return classificationMetrics(this.#classes(rows, likelihood))
  }

  #slice(
    task: Task,
    by: string,
    values: readonly (string | null)[],
    likelihood: readonly number[] | undefined,
  ): SliceScores[] {
    const rowsOf = Map.groupBy(
      values.flatMap((value, i) => (value === null ? [] : i)),
      (i) => values[i] ?? '',
    )
    return [...rowsOf]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, mostValues)
      .sort(([a], [b]) => byValue(a, b))
      .map(([value, rows]) => ({
        by,
        value,
        rows: rows.length,
        metrics: this.#metrics(task, rows, likelihood),
      }))
  }

  #classes(rows: readonly number[], likelihood: readonly number[] | undefined): ClassificationRows {
    return {
      labels: rows.map((i) => asText(this.#labels[i])),
      predicted: rows.map((i) => asText(this.#predicted[i])),
      likelihood: likelihood && rows.map((i) => likelihood[i] ?? 0),
    }
  }

  #numbers(rows: readonly number[]): RegressionRows {
    return {
      labels: rows.map((i) => Number(this.#labels[i])),
      predicted: rows.map((i) => Number(this.#predicted[i])),
    }
  }

  /**
   * The probability of each row's true class. Columns of probabilities are classes in their order, as scikit-learn has them:
   * that can be told only when every class occurs in these rows.
   */
  #likelihood(task: Task): number[] | undefined {
    const probabilities = this.#probabilities
    if (task === 'regression' || !probabilities?.every(isDistribution)) return undefined
    const classes = [...new Set([...this.#labels, ...this.#predicted].map(asText))].sort(byValue)
    if (classes.length !== probabilities[0]?.length) return undefined
    const index = new Map(classes.map((name, i) => [name, i]))
    return this.#labels.map((label, i) => probabilities[i]?.[index.get(asText(label)) ?? -1] ?? 0)
  }
}

/** Support vector machines, for example, give scores under the name of probabilities. */
function isDistribution(row: readonly number[]): boolean {
  const sum = row.reduce((total, value) => total + value, 0)
  return Math.abs(sum - 1) < 1e-3 && row.every((value) => value >= -1e-6 && value <= 1 + 1e-6)
}

interface Answers {
  readonly task: Task
  readonly predicted: readonly (string | number)[]
  readonly probabilities: readonly number[][] | undefined
}

/**
 * A classifier's label is its output of integers or texts (one a row); without one, the greatest of each row of scores. A
 * single column of floats is a regression, unless the task says otherwise: then it is the probability of class 1.
 */
function readOutputs(outputs: readonly Tensor[], rows: number, task: Task | undefined): Answers {
  const label = outputs.find(({ datatype, data }) => data.length === rows && !isFloat(datatype))
  const floats = outputs.find(({ datatype, data }) => isFloat(datatype) && data.length >= rows)
  const scores = floats && toRows(floats, rows)
  const width = scores?.[0]?.length ?? 0
  if (label && task !== 'regression') {
    const predicted = Array.from(label.data as ArrayLike<string | number | bigint>, plain)
    return { task: 'classification', predicted, probabilities: width > 1 ? scores : undefined }
  }
  if (!scores) throw new Error('The model gives neither labels nor numbers for each row.')
  if (width > 1) {
    if (task === 'regression')
      throw new Error(`The model gives ${width} numbers a row, a regression gives one.`)
    return { task: 'classification', predicted: scores.map(indexOfGreatest), probabilities: scores }
  }
  const predicted = scores.map(([value = Number.NaN]) => value)
  if (task !== 'classification') return { task: 'regression', predicted, probabilities: undefined }
  return {
    task,
    predicted: predicted.map((value) => (value >= 0.5 ? 1 : 0)),
    probabilities: predicted.map((value) => [1 - value, value]),
  }
}

function isFloat(datatype: string): boolean {
  return datatype === 'FP32' || datatype === 'FP64'
}

function toRows({ data }: Tensor, rows: number): number[][] {
  const width = Math.floor(data.length / rows)
  const numbers = data as Float32Array
  return Array.from({ length: rows }, (_, i) => [...numbers.subarray(i * width, (i + 1) * width)])
}

function indexOfGreatest(row: readonly number[]): number {
  return row.reduce((best, value, i) => (value > (row[best] ?? 0) ? i : best), 0)
}

function plain(value: string | number | bigint): string | number {
  return typeof value === 'bigint' ? Number(value) : value
}

/** Integer labels are the same class whether data or model hold them as floats. */
function asText(value: string | number | undefined): string {
  return String(value)
}
