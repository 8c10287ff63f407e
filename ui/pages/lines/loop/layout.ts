/** The stages in the order in which a line goes through them. */
export const stageOrder = [
  'data',
  'training',
  'gates',
  'traffic',
  'drift',
  'performance',
  'retraining',
] as const
export type StageName = (typeof stageOrder)[number]

export interface Node {
  readonly stage: StageName
  /** The middle of its card. */
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly card: { readonly width: number; readonly height: number }
  readonly nodes: readonly Node[]
  /** The way from each stage to the next; the last leads back to the first. */
  readonly segments: readonly string[]
  /** Free room inside the loop; none where it is drawn narrow. */
  readonly middle:
    | { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
    | undefined
}

interface Corner {
  readonly x: number
  readonly y: number
}

/** Below this width the loop stands upright: two columns, nothing inside. */
const narrow = 720

/** Draws the loop into a width: a racetrack lying on its side, or standing upright on a phone. */
export function layoutOf(width: number): Layout {
  return width < narrow ? upright(width) : lying(width)
}

function lying(width: number): Layout {
  const card = { width: Math.min(216, Math.round((width - 216) / 4)), height: 98 }
  const height = 344
  const top = card.height / 2 + 2
  const bottom = height - card.height / 2 - 2
  const left = 10
  const right = width - 10
  const inset = left + 42 + card.width / 2
  const across = (share: number) => inset + (width - 2 * inset) * share
  const nodes: Node[] = [
    { stage: 'data', x: across(0), y: top },
    { stage: 'training', x: across(1 / 3), y: top },
    { stage: 'gates', x: across(2 / 3), y: top },
    { stage: 'traffic', x: across(1), y: top },
    { stage: 'drift', x: across(1), y: bottom },
    { stage: 'performance', x: across(0.5), y: bottom },
    { stage: 'retraining', x: across(0), y: bottom },
  ]
  const corners = new Map<StageName, readonly Corner[]>([
    [
      'traffic',
      [
        { x: right, y: top },
        { x: right, y: bottom },
      ],
    ],
    [
      'retraining',
      [
        { x: left, y: bottom },
        { x: left, y: top },
      ],
    ],
  ])
  const middle = {
    x: left + 56,
    y: card.height + 12,
    width: width - 2 * (left + 56),
    height: height - 2 * card.height - 24,
  }
  return { width, height, card, nodes, segments: ways(nodes, corners, 64), middle }
}

function upright(width: number): Layout {
  const card = { width: Math.floor((width - 22) / 2), height: 98 }
  const gap = 22
  const left = card.width / 2
  const right = width - card.width / 2
  const row = (index: number) => card.height / 2 + 2 + index * (card.height + gap)
  const nodes: Node[] = [
    { stage: 'data', x: left, y: row(0) },
    { stage: 'training', x: right, y: row(0) },
    { stage: 'gates', x: right, y: row(1) },
    { stage: 'traffic', x: right, y: row(2) },
    { stage: 'drift', x: right, y: row(3) },
    { stage: 'performance', x: left, y: row(3) },
    { stage: 'retraining', x: left, y: row(2) },
  ]
  return {
    width,
    height: row(3) + card.height / 2 + 2,
    card,
    nodes,
    segments: ways(nodes, new Map(), 0),
    middle: undefined,
  }
}

function ways(
  nodes: readonly Node[],
  corners: ReadonlyMap<StageName, readonly Corner[]>,
  radius: number,
): string[] {
  return nodes.map((from, index) => {
    const to = nodes[(index + 1) % nodes.length] ?? from
    return way([from, ...(corners.get(from.stage) ?? []), to], radius)
  })
}

/** A way through points, rounded at those between its ends. */
function way(points: readonly Corner[], radius: number): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const parts = [`M${place(first)}`]
  for (const [index, corner] of rest.entries()) {
    const after = rest[index + 1]
    const before = points[index] ?? first
    if (after === undefined) parts.push(`L${place(corner)}`)
    else
      parts.push(
        `L${place(towards(corner, before, radius))}`,
        `Q${place(corner)} ${place(towards(corner, after, radius))}`,
      )
  }
  return parts.join(' ')
}

function towards(from: Corner, to: Corner, by: number): Corner {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const share = Math.min(by, length / 2) / length
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

function place({ x, y }: Corner): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`
}
