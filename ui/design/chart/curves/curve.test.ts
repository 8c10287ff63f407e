import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Curve, curveColour, extentOf, nearest, smoothed, spanOf } from './curve.ts'

const curve = (xs: number[], ys: number[], band: Partial<Curve> = {}): Curve => ({
  id: 'a',
  label: 'a',
  colour: 'red',
  xs: Float64Array.from(xs),
  ys: Float64Array.from(ys),
  ...band,
})

test('smoothing corrects the bias of its start, so that a constant stays itself', () => {
  assert.deepEqual([...smoothed(Float64Array.from([4, 4, 4]), 0.5)], [4, 4, 4])
  const [first, second] = smoothed(Float64Array.from([0, 3]), 0.5)
  assert.equal(first, 0)
  // (0 · ¼ + 3 · ½) / (1 − ¼)
  assert.ok(Math.abs((second ?? 0) - 2) < 1e-12)
})

test('what is not a number stays a gap and changes nothing after it', () => {
  const [, gap, after] = smoothed(Float64Array.from([2, Number.NaN, 2]), 0.9)
  assert.ok(Number.isNaN(gap))
  assert.ok(Math.abs((after ?? 0) - 2) < 1e-12)
})

test('the nearest point is found at and beyond the ends', () => {
  const xs = Float64Array.from([0, 10, 20])
  assert.deepEqual(
    [-5, 4, 6, 15, 99].map((x) => nearest(xs, x)),
    [0, 0, 1, 1, 2],
  )
  assert.equal(nearest(new Float64Array(0), 1), -1)
})

test('extents take bands in, leave out what is not seen, and on a log axis what has no logarithm', () => {
  const one = curve([0, 1, 2, 3], [-1, 5, Number.NaN, 900])
  assert.deepEqual(extentOf([one], [0, 1]), [-1, 5])
  assert.deepEqual(extentOf([one], [0, 3], true), [5, 900])
  const band = curve([0, 1], [2, 2], { low: Float64Array.from([1, 1]), high: Float64Array.from([7, 3]) })
  assert.deepEqual(extentOf([band], [0, 1]), [1, 7])
  assert.deepEqual(spanOf([one, curve([7], [1])]), [0, 7])
  assert.equal(spanOf([]), undefined)
})

test('fifty curves have fifty colours', () => {
  assert.equal(new Set(Array.from({ length: 50 }, (_, index) => curveColour(index))).size, 50)
})
