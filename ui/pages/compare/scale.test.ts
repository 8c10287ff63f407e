import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundTicks, scaleOf } from './scale.ts'

test('numbers over several powers of ten are laid out by their logarithm', () => {
  const { log, ticks, positions } = scaleOf({
    name: 'params.lr',
    label: 'lr',
    kind: 'number',
    values: [0.0001, 0.01, null, 0.1],
  })
  assert.ok(log)
  assert.deepEqual(
    ticks.map((tick) => tick.label),
    ['0.0001', '0.001', '0.01', '0.1'],
  )
  const [low, middle, gap, high] = positions
  assert.equal(gap, null)
  assert.ok(Math.abs((middle ?? 0) - ((low ?? 0) + (2 / 3) * ((high ?? 0) - (low ?? 0)))) < 1e-9)
})

test('ticks are round, and one value alone has a place', () => {
  assert.deepEqual(roundTicks(0.13, 1.02), [0.2, 0.4, 0.6, 0.8, 1])
  assert.deepEqual(roundTicks(-7, 93), [0, 20, 40, 60, 80])
  const one = scaleOf({ name: 'a', label: 'a', kind: 'number', values: [3, 3] })
  assert.deepEqual(one.positions, [0.5, 0.5])
})

test('categories stand in the order of their names', () => {
  const { ticks, positions } = scaleOf({ name: 'a', label: 'a', kind: 'category', values: ['b', null, 'a'] })
  assert.deepEqual(ticks, [
    { at: 0.25, label: 'a' },
    { at: 0.75, label: 'b' },
  ])
  assert.deepEqual(positions, [0.75, null, 0.25])
})
