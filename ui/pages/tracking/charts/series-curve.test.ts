import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curveOf, fittingAxis, rangeOf } from './series-curve.ts'

const series = {
  run: 'a'.repeat(32),
  key: 'loss',
  start: 1_000_000,
  count: 3,
  exact: true,
  steps: [0, 5, 10],
  times: [1_000_000, 1_001_500, 1_003_000],
  values: [1, 'NaN' as const, 'Infinity' as const],
}
const look = { id: 'a', label: 'a', colour: 'red' }

test('positions are steps or seconds, and what is not finite is a gap', () => {
  assert.deepEqual([...curveOf(series, 'step', look).xs], [0, 5, 10])
  assert.deepEqual([...curveOf(series, 'relative', look).xs], [0, 1.5, 3])
  assert.deepEqual([...curveOf(series, 'time', look).xs], [1000, 1001.5, 1003])
  assert.deepEqual([...curveOf(series, 'step', look).ys], [1, Number.NaN, Number.NaN])
})

test('a span is asked for in the units of the API, with a margin', () => {
  assert.deepEqual(rangeOf([10, 20], 'step'), { from: 7, to: 23 })
  assert.deepEqual(rangeOf([10, 20], 'relative'), { from: 7500, to: 22_500 })
})

test('what was logged without steps is drawn by time', () => {
  const flat = { ...series, steps: [0, 0, 0] }
  assert.equal(fittingAxis('step', [flat]), 'relative')
  assert.equal(fittingAxis('step', [flat, series]), 'step')
  assert.equal(fittingAxis('time', [flat]), 'time')
})
