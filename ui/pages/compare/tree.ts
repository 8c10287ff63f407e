/** One column of what the tree learns from: numbers, or categories as whole numbers from 0. */
export interface Feature {
  readonly kind: 'number' | 'category'
  readonly values: Float64Array
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
  const keyOf = (row: number) => {
    const value = at(feature.values, row)
    return means === undefined ? value : (means.get(value) ?? 0)
  }
  const order = rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => a.key - b.key)
  const total = rows.reduce((sum, row) => sum + at(target, row), 0)
  let [sum, best, found] = [0, 1e-12, -1]
  for (let index = 0; index < order.length - 1; index += 1) {
    sum += at(target, order[index]?.row ?? 0)
    const count = index + 1
    if (order[index]?.key === order[index + 1]?.key) continue
    if (count < smallest || rows.length - count < smallest) continue
    const rest = total - sum
    const gain = (sum * sum) / count + (rest * rest) / (rows.length - count) - (total * total) / rows.length
    if (gain > best) [best, found] = [gain, index]
  }
  if (found === -1) return undefined
  const [low, high] = [order[found]?.key ?? 0, order[found + 1]?.key ?? 0]
  if (means === undefined) return { gain: best, at: (low + high) / 2 }
  return {
    gain: best,
    at: new Set([...means].filter(([, mean]) => mean <= low).map(([category]) => category)),
  }
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
