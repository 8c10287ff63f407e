import { denseRanks, type Feature, featuresOf, growTree, predict, type Tree } from './tree.ts'
import { categoriesOf, type NumberVariable, type Variable, varies } from './variable.ts'

export interface Importance {
  readonly name: string
  readonly label: string
  /** By how much the mean squared error grows when the parameter is shuffled, as a share of the metric's variance. */
  readonly importance: number
  /** Spearman's rank correlation with the metric; null for categories and for fewer than three pairs. */
  readonly correlation: number | null
}

export interface Explanation {
  readonly items: readonly Importance[]
  /** Runs that have the metric. */
  readonly runs: number
  /** The share of the variance that the forest explains of runs that it has not seen (out of bag); at most 1. */
  readonly explained: number
}

const trees = 120
/** With fewer there is nothing to learn from. */
export const fewestRuns = 8

/**
 * How much each parameter matters for a metric: permutation importance on the rows that each tree of a random forest
 * has not seen (Breiman 2001, "Random Forests", section 10). The same runs always give the same numbers. Nothing when
 * there are too few runs or nothing varies.
 */
export function explain(params: readonly Variable[], metric: NumberVariable): Explanation | undefined {
  const rows = metric.values.flatMap((value, index) => (value === null ? [] : [index]))
  const usable = params.filter(varies)
  if (rows.length < fewestRuns || usable.length === 0) return undefined
  const target = Float64Array.from(rows, (row) => metric.values[row] ?? 0)
  const spread = variance(target)
  if (spread === 0) return undefined
  const features = usable.map((param) => featureOf(param, rows))
  const { scores, explained } = forest(features, target, spread)
  const items = usable.map((param, index) => ({
    name: param.name,
    label: param.label,
    importance: Math.max(0, scores[index] ?? 0),
    correlation: param.kind === 'number' ? spearman(param.values, metric.values) : null,
  }))
  return { items: items.sort((a, b) => b.importance - a.importance), runs: rows.length, explained }
}

function forest(features: readonly Feature[], target: Float64Array, spread: number) {
  const random = generator(7)
  const count = target.length
  const tried = Math.max(1, Math.ceil(features.length / 3))
  const smallestLeaf = count >= 30 ? 3 : 2
  const scores = features.map(() => 0)
  const votes = Array.from({ length: count }, () => ({ sum: 0, trees: 0 }))
  let counted = 0
  for (let number = 0; number < trees; number += 1) {
    const seen = Array.from({ length: count }, () => Math.floor(random() * count))
    const inBag = new Set(seen)
    const unseen = Array.from({ length: count }, (_, row) => row).filter((row) => !inBag.has(row))
    const tree = growTree(features, target, seen, { tried, smallestLeaf, random })
    for (const row of unseen) vote(votes[row], predict(tree, features, row))
    if (unseen.length < 2) continue
    counted += 1
    addLosses(scores, { tree, features, target, rows: unseen, random })
  }
  const errors = votes.flatMap(({ sum, trees }, row) =>
    trees === 0 ? [] : [((target[row] ?? 0) - sum / trees) ** 2],
  )
  const error = errors.reduce((sum, one) => sum + one, 0) / Math.max(1, errors.length)
  return {
    scores: scores.map((score) => score / Math.max(1, counted) / spread),
    explained: 1 - error / spread,
  }
}

function addLosses(
  scores: number[],
  given: {
    tree: Tree
    features: readonly Feature[]
    target: Float64Array
    rows: readonly number[]
    random: () => number
  },
): void {
  const { tree, features, target, rows, random } = given
  const loss = (guess: (row: number, index: number) => number) =>
    rows.reduce((sum, row, index) => sum + ((target[row] ?? 0) - guess(row, index)) ** 2, 0) / rows.length
  const before = loss((row) => predict(tree, features, row))
  for (const feature of featuresOf(tree)) {
    const shuffled = shuffle(rows, random)
    const after = loss((row, index) => predict(tree, features, row, { feature, row: shuffled[index] ?? row }))
    scores[feature] = (scores[feature] ?? 0) + after - before
  }
}

function vote(votes: { sum: number; trees: number } | undefined, value: number): void {
  if (votes === undefined) return
  votes.sum += value
  votes.trees += 1
}

/** What a run lacks is a category of its own, or the middle of the numbers that others have. */
function featureOf(param: Variable, rows: readonly number[]): Feature {
  if (param.kind === 'category') {
    const order = new Map(categoriesOf(param).map((category, index) => [category, index + 1]))
    const values = Float64Array.from(rows, (row) => order.get(param.values[row] ?? '') ?? 0)
    return { kind: 'category', values, ranks: values }
  }
  const known = param.values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const middle = known[Math.floor(known.length / 2)] ?? 0
  const values = Float64Array.from(rows, (row) => param.values[row] ?? middle)
  return { kind: 'number', values, ranks: denseRanks(values) }
}

/** The correlation of ranks, ties by their mean rank; null for fewer than three pairs or where nothing varies. */
export function spearman(a: readonly (number | null)[], b: readonly (number | null)[]): number | null {
  const pairs = a.flatMap((value, index) => {
    const other = b[index] ?? null
    return value === null || other === null ? [] : [[value, other] as const]
  })
  if (pairs.length < 3) return null
  const [x, y] = [ranks(pairs.map((pair) => pair[0])), ranks(pairs.map((pair) => pair[1]))]
  const middle = (pairs.length + 1) / 2
  let [both, left, right] = [0, 0, 0]
  for (const [index, rank] of x.entries()) {
    const [dx, dy] = [rank - middle, (y[index] ?? 0) - middle]
    both += dx * dy
    left += dx * dx
    right += dy * dy
  }
  return left === 0 || right === 0 ? null : both / Math.sqrt(left * right)
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value)
  const result = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end += 1
    for (let at = start; at <= end; at += 1) result[order[at]?.index ?? 0] = (start + end) / 2 + 1
    start = end + 1
  }
  return result
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

function shuffle(values: readonly number[], random: () => number): number[] {
  const result = [...values]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1))
    const [a = 0, b = 0] = [result[index], result[other]]
    result[index] = b
    result[other] = a
  }
  return result
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
