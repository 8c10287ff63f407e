import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyBlock, isShown, isWhole, moved } from './draft.ts'

test('a chart needs a metric before it is saved, a comparison axes before it is shown', () => {
  const chart = emptyBlock('chart')
  assert.equal(isWhole(chart), false)
  assert.equal(isWhole(chart.kind === 'chart' ? { ...chart, metrics: ['loss'] } : chart), true)
  const comparison = emptyBlock('comparison')
  assert.deepEqual([isWhole(comparison), isShown(comparison)], [true, false])
  assert.equal(isShown(emptyBlock('markdown')), true)
})

test('blocks move by one', () => {
  assert.deepEqual(moved(['a', 'b', 'c'], 2, -1), ['a', 'c', 'b'])
  assert.deepEqual(moved(['a', 'b', 'c'], 0, 1), ['b', 'a', 'c'])
})
