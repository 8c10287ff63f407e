import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maturityOf } from './maturity.ts'
import { isBeyond, measure } from './metric.ts'

const cells = [
  { predicted: 'a', actual: 'a', count: 50 },
  { predicted: 'a', actual: 'b', count: 10 },
  { predicted: 'b', actual: 'b', count: 30 },
  { predicted: 'c', actual: 'b', count: 10 },
]

test('accuracy is the share of right answers, with an interval that holds it', () => {
  const measured = measure('accuracy', { kind: 'classes', cells })
  assert.equal(measured?.value, 0.8)
  assert.equal(measured?.count, 100)
  const [low, high] = measured?.interval ?? [1, 0]
  assert.ok(low > 0.68 && low < 0.72 && high > 0.86 && high < 0.89, `${low} ${high}`)
  assert.equal(measure('accuracy', { kind: 'classes', cells: [] }), undefined)
})

test('macro F1 is the mean over classes, those never right included', () => {
  // f1 of a: 100/110, of b: 60/80, of c: 0
  const measured = measure('f1_macro', { kind: 'classes', cells })
  assert.ok(Math.abs((measured?.value ?? 0) - (100 / 110 + 60 / 80) / 3) < 1e-12)
})

test('errors are measured in the unit of the label', () => {
  const errors = [3, -3, 1, -1]
  const tally = {
    kind: 'errors' as const,
    count: 4,
    abs: 8,
    squares: errors.reduce((sum, e) => sum + e ** 2, 0),
    fourths: errors.reduce((sum, e) => sum + e ** 4, 0),
  }
  assert.equal(measure('mae', tally)?.value, 2)
  assert.equal(measure('rmse', tally)?.value, Math.sqrt(5))
  const [low, high] = measure('rmse', tally)?.interval ?? [9, 0]
  assert.ok(low < Math.sqrt(5) && high > Math.sqrt(5))
})

test('a window is bad only when chance does not explain it', () => {
  const of = (right: number, wrong: number) => {
    const tally = [
      { predicted: 'a', actual: 'a', count: right },
      { predicted: 'a', actual: 'b', count: wrong },
    ]
    const measured = measure('accuracy', { kind: 'classes', cells: tally })
    assert.ok(measured)
    return isBeyond(measured, { min: 0.93 })
  }
  assert.equal(of(92, 8), false)
  assert.equal(of(85, 15), true)
  assert.equal(of(920, 80), false)
  assert.equal(of(900, 100), true)
  assert.equal(isBeyond({ value: 2, interval: [1.5, 2.5], count: 9 }, { max: 1 }), true)
  assert.equal(isBeyond({ value: 2, interval: [0.9, 2.5], count: 9 }, { max: 1 }), false)
})

test('a quiet model of 95 % is bad at a limit of 93 % in fewer than one window of 200 rows in a thousand', () => {
  let state = 7
  // Numerical Recipes' generator: the same everywhere.
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  let bad = 0
  for (let i = 0; i < 10_000; i += 1) {
    let right = 0
    for (let row = 0; row < 200; row += 1) if (random() < 0.95) right += 1
    const tally = [
      { predicted: 'a', actual: 'a', count: right },
      { predicted: 'a', actual: 'b', count: 200 - right },
    ]
    const measured = measure('accuracy', { kind: 'classes', cells: tally })
    if (measured && isBeyond(measured, { min: 0.93 })) bad += 1
  }
  assert.ok(bad < 10, `${bad} of 10,000`)
})

test('a window matures with enough labels, or when their time is over', () => {
  const rule = { coverage: 0.8, labels_within_ms: 1000 }
  const to = new Date(0)
  const at = (labelled: number, now: number, rows = 100) =>
    maturityOf({ rows, labelled, to }, rule, new Date(now))
  assert.deepEqual(at(79, 0), { mature: false, final: false, at: new Date(1000) })
  assert.deepEqual(at(80, 0), { mature: true, final: false, at: new Date(1000) })
  assert.deepEqual(at(100, 0), { mature: true, final: true, at: new Date(1000) })
  assert.deepEqual(at(40, 1000), { mature: true, final: true })
  assert.deepEqual(at(20, 1000), { mature: false, final: true })
  assert.deepEqual(at(9, 0, 10), { mature: false, final: false, at: new Date(1000) })
  assert.deepEqual(at(10, 0, 10), { mature: true, final: true, at: new Date(1000) })
})
