import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpanRow } from '../../../src/contract/traces.ts'
import { linesOf, ticksOf, treeOf } from './tree.ts'

const span = (id: string, parent: string | null, start: number, duration: number | null): SpanRow => ({
  id,
  parent_id: parent,
  name: id,
  type: 'UNKNOWN',
  status: 'ok',
  start,
  duration,
  tokens: null,
})

test('lines are in the order of the tree, and what is closed hides what is below it', () => {
  const tree = treeOf([
    span('a', null, 0, 10),
    span('b', 'a', 1, 4),
    span('c', 'b', 2, 1),
    span('d', 'a', 6, null),
  ])
  assert.deepEqual(
    linesOf(tree, new Set()).map((line) => [line.span.id, line.depth, line.below]),
    [
      ['a', 0, 3],
      ['b', 1, 1],
      ['c', 2, 0],
      ['d', 1, 0],
    ],
  )
  assert.deepEqual(
    linesOf(tree, new Set(['b'])).map((line) => line.span.id),
    ['a', 'b', 'd'],
  )
  assert.deepEqual([tree.from, tree.to], [0, 10])
})

test('a span whose parent has not come is a root', () => {
  assert.equal(treeOf([span('x', 'missing', 3, 1)]).roots.length, 1)
})

test('the time for hundreds of thousands of spans below one grows with their number, not its square', () => {
  const many = 200_000
  const spans = Array.from({ length: many }, (_, i) => span(`s${i}`, i === 0 ? null : 's0', i, 1))
  const before = performance.now()
  assert.equal(linesOf(treeOf(spans), new Set()).length, many)
  // It takes a third of a second; squared, minutes.
  assert.ok(performance.now() - before < 20_000)
})

test('marks of time are round', () => {
  assert.deepEqual(ticksOf(0, 1000), [0, 200, 400, 600, 800, 1000])
  assert.deepEqual(ticksOf(0, 0.7), [0, 0.2, 0.4, 0.6])
})
