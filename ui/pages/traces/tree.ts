import type { SpanRow } from '../../../src/contract/traces.ts'

/** One line of the waterfall. */
export interface Line {
  readonly span: SpanRow
  readonly depth: number
  /** How many spans are below it. */
  readonly below: number
}

export interface Tree {
  readonly roots: readonly SpanRow[]
  readonly children: ReadonlyMap<string, readonly SpanRow[]>
  readonly below: ReadonlyMap<string, number>
  /** Milliseconds from the first start to the last end. */
  readonly from: number
  readonly to: number
}

/** Spans by their parent. One whose parent is missing is a root. */
export function treeOf(spans: readonly SpanRow[]): Tree {
  const byId = new Map(spans.map((span) => [span.id, span]))
  const children = new Map<string, SpanRow[]>()
  const roots: SpanRow[] = []
  for (const span of spans) {
    const parent = span.parent_id === null ? undefined : byId.get(span.parent_id)
    if (parent === undefined) {
      roots.push(span)
      continue
    }
    const siblings = children.get(parent.id)
    if (siblings === undefined) children.set(parent.id, [span])
    else siblings.push(span)
  }
  let [from, to] = [0, 0]
  for (const span of spans) {
    from = Math.min(from, span.start)
    to = Math.max(to, span.start + (span.duration ?? 0))
  }
  return { roots, children, below: countBelow(roots, children), from, to: Math.max(to, from + 0.001) }
}

const noSpans: SpanRow[] = []

function countBelow(
  roots: readonly SpanRow[],
  children: ReadonlyMap<string, readonly SpanRow[]>,
): Map<string, number> {
  const order: SpanRow[] = []
  const open = [...roots]
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    order.push(span)
    for (const child of children.get(span.id) ?? noSpans) open.push(child)
  }
  const below = new Map<string, number>()
  for (const span of order.reverse()) {
    let sum = 0
    for (const child of children.get(span.id) ?? noSpans) sum += 1 + (below.get(child.id) ?? 0)
    below.set(span.id, sum)
  }
  return below
}

/** The lines to show, depth first, without what is below a closed one. */
export function linesOf(tree: Tree, closed: ReadonlySet<string>): Line[] {
  const lines: Line[] = []
  const open = tree.roots.map((span) => ({ span, depth: 0 })).reverse()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { span, depth } = next
    lines.push({ span, depth, below: tree.below.get(span.id) ?? 0 })
    if (closed.has(span.id)) continue
    const children = tree.children.get(span.id) ?? noSpans
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index]
      if (child !== undefined) open.push({ span: child, depth: depth + 1 })
    }
  }
  return lines
}

/** Round marks of time for an axis. */
export function ticksOf(from: number, to: number, most = 6): number[] {
  const raw = (to - from) / most
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw
  const ticks: number[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(Number(at.toPrecision(12)))
  return ticks
}
