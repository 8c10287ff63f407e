/** One column of what the tree learns from: numbers, or categories as whole numbers from 0. */
export interface Feature {
  readonly kind: 'number' | 'category'
  readonly values: Float64Array
  /** Of numbers: their places in order, equal ones at the same (`denseRanks`). */
  readonly ranks: Float64Array
}

interface Leaf {
  readonly mean: number
}
interface Split {
  readonly feature: number
  /** Numbers at most this, or these categories, go left. */
  readonly at: number | ReadonlySet<number>
  readonly left: Node
  readonly right: Node
}
type Node = Leaf | Split

export interface TreeOptions {
  /** How many features each split looks at. */
  readonly tried: number
  readonly smallestLeaf: number
  readonly random: () => number
}

/** A regression tree that splits where the squared error falls most (Breiman et al. 1984, CART). */
export function growTree(
  features: readonly Feature[],
  target: Float64Array,
  rows: readonly number[],
  options: TreeOptions,
): Node {
  const mean = rows.reduce((sum, row) => sum + at(target, row), 0) / rows.length
  if (rows.length < 2 * options.smallestLeaf) return { mean }
  const best = bestSplit(features, target, rows, options)
  if (best === undefined) return { mean }
  const goesLeft = sideOf(features, best)
  const left = rows.filter(goesLeft)
  const right = rows.filter((row) => !goesLeft(row))
  return {
    ...best,
    left: growTree(features, target, left, options),
    right: growTree(features, target, right, options),
  }
}

/** What the tree says of a row; `other` gives the value of one feature from another row. */
export function predict(
  tree: Node,
  features: readonly Feature[],
  row: number,
  other?: { feature: number; row: number },
): number {
  let node = tree
  while (!('mean' in node)) {
    const from = other?.feature === node.feature ? other.row : row
    const value = at(features[node.feature]?.values, from)
    const left = typeof node.at === 'number' ? value <= node.at : node.at.has(value)
    node = left ? node.left : node.right
  }
  return node.mean
}

export type Tree = Node

/** The features that a tree splits by: shuffling others changes nothing. */
export function featuresOf(tree: Node, found = new Set<number>()): Set<number> {
  if ('mean' in tree) return found
  found.add(tree.feature)
  featuresOf(tree.left, found)
  return featuresOf(tree.right, found)
}

type Cut = Pick<Split, 'feature' | 'at'>

function bestSplit(
  features: readonly Feature[],
  target: Float64Array,
  rows: readonly number[],
  options: TreeOptions,
): Cut | undefined {
  let best: (Cut & { gain: number }) | undefined
  for (const index of someOf(features.length, options)) {
    const feature = features[index]
    if (feature === undefined) continue
    const found = cutOf(feature, target, rows, options.smallestLeaf)
    if (found !== undefined && (best === undefined || found.gain > best.gain)) {
      best = { feature: index, ...found }
    }
  }
  return best
}

/**
 * The best threshold. Categories are put in the order of their mean target first: of all divisions into two sets one
 * that is a threshold in this order is the best (Breiman et al. 1984, section 4.2.2).
 */
function cutOf(feature: Feature, target: Float64Array, rows: readonly number[], smallest: number) {
  const means = feature.kind === 'category' ? meansOf(feature, target, rows) : undefined
  const { order, ranks } = ordered(rows, means === undefined ? feature.ranks : ranksOf(feature, means))
  const total = rows.reduce((sum, row) => sum + at(target, row), 0)
  let [sum, best, found] = [0, 1e-12, -1]
  for (let index = 0; index < order.length - 1; index += 1) {
    sum += at(target, order[index] ?? 0)
    const count = index + 1
    if (ranks[index] === ranks[index + 1]) continue
    if (count < smallest || rows.length - count < smallest) continue
    const rest = total - sum
    const gain = (sum * sum) / count + (rest * rest) / (rows.length - count) - (total * total) / rows.length
    if (gain > best) [best, found] = [gain, index]
  }
  if (found === -1) return undefined
  const [low, high] = [order[found] ?? 0, order[found + 1] ?? 0]
  if (means === undefined) {
    return { gain: best, at: (at(feature.values, low) + at(feature.values, high)) / 2 }
  }
  const most = means.get(at(feature.values, low)) ?? 0
  const left = [...means].filter(([, mean]) => mean <= most).map(([category]) => category)
  return { gain: best, at: new Set(left) }
}

/** Rows by rank: rank and place are packed into one number each, as numbers sort fast without a comparison of ours. */
function ordered(rows: readonly number[], rankOf: Float64Array) {
  const packed = Float64Array.from(rows, (row, place) => at(rankOf, row) * rows.length + place).sort()
  const order = new Uint32Array(rows.length)
  const ranks = new Float64Array(rows.length)
  for (const [index, each] of packed.entries()) {
    order[index] = rows[each % rows.length] ?? 0
    ranks[index] = Math.floor(each / rows.length)
  }
  return { order, ranks }
}

function ranksOf(feature: Feature, means: ReadonlyMap<number, number>): Float64Array {
  const byMean = [...new Set(means.values())].sort((a, b) => a - b)
  const rank = new Map([...means].map(([category, mean]) => [category, byMean.indexOf(mean)]))
  return feature.values.map((category) => rank.get(category) ?? 0)
}

/** Where each value stands among all; equal values stand at the same place. */
export function denseRanks(values: Float64Array): Float64Array {
  const places = new Map([...new Set(values.toSorted())].map((value, place) => [value, place]))
  return values.map((value) => places.get(value) ?? 0)
}

function meansOf(feature: Feature, target: Float64Array, rows: readonly number[]): Map<number, number> {
  const sums = new Map<number, [sum: number, count: number]>()
  for (const row of rows) {
    const [sum, count] = sums.get(at(feature.values, row)) ?? [0, 0]
    sums.set(at(feature.values, row), [sum + at(target, row), count + 1])
  }
  return new Map([...sums].map(([category, [sum, count]]) => [category, sum / count]))
}

function sideOf(features: readonly Feature[], cut: Cut): (row: number) => boolean {
  const values = features[cut.feature]?.values
  const { at: where } = cut
  return typeof where === 'number' ? (row) => at(values, row) <= where : (row) => where.has(at(values, row))
}

function someOf(count: number, { tried, random }: TreeOptions): number[] {
  const all = Array.from({ length: count }, (_, index) => index)
  for (let index = 0; index < Math.min(tried, count); index += 1) {
    const other = index + Math.floor(random() * (count - index))
    const [a = 0, b = 0] = [all[index], all[other]]
    all[index] = b
    all[other] = a
  }
  return all.slice(0, tried)
}

function at(values: Float64Array | undefined, index: number): number {
  return values?.[index] ?? 0
}
