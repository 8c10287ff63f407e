import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Layout, layoutOf, stageOrder } from './layout.ts'

const overlapping = ({ nodes, card }: Layout) =>
  nodes.flatMap((a, index) =>
    nodes
      .slice(index + 1)
      .filter((b) => Math.abs(a.x - b.x) < card.width && Math.abs(a.y - b.y) < card.height)
      .map((b) => `${a.stage} and ${b.stage}`),
  )

for (const width of [340, 372, 719, 720, 900, 1080, 1360]) {
  test(`at ${width} px no stage covers another and all stay inside`, () => {
    const layout = layoutOf(width)
    assert.deepEqual(
      layout.nodes.map((node) => node.stage),
      [...stageOrder],
    )
    assert.deepEqual(overlapping(layout), [])
    for (const node of layout.nodes) {
      assert.ok(node.x - layout.card.width / 2 >= 0 && node.x + layout.card.width / 2 <= width, node.stage)
      assert.ok(
        node.y - layout.card.height / 2 >= 0 && node.y + layout.card.height / 2 <= layout.height,
        node.stage,
      )
    }
  })
}

test('the way is closed: each stage leads to the next and the last to the first', () => {
  const { nodes, segments } = layoutOf(1200)
  for (const [index, segment] of segments.entries()) {
    const from = nodes[index]
    const to = nodes[(index + 1) % nodes.length]
    assert.ok(from && segment.startsWith(`M${from.x.toFixed(1)} ${from.y.toFixed(1)}`))
    assert.ok(to && segment.endsWith(`${to.x.toFixed(1)} ${to.y.toFixed(1)}`))
  }
})
