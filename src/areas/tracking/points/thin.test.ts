import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sorted } from './columns.ts'
import { thin } from './thin.ts'

const value = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noDefaultInfinity: true, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
)

test('no extreme of any bucket is lost, nor a kind of value that is not finite', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 400 }), fc.integer({ min: 20, max: 100 }), (list, most) => {
      const values = Float64Array.from(list)
      const places = thin(values, most)
      assert.ok(places.length <= most || list.length <= most)
      assert.deepEqual(
        places,
        [...new Set(places)].sort((a, b) => a - b),
      )
      const kept = places.map((place) => list[place] ?? 0)
      const finite = (all: readonly number[]) => all.filter(Number.isFinite)
      assert.equal(Math.min(...finite(kept)), Math.min(...finite(list)))
      assert.equal(Math.max(...finite(kept)), Math.max(...finite(list)))
      for (const odd of [Number.NaN, Infinity, -Infinity]) {
        assert.equal(kept.includes(odd), list.includes(odd))
      }
    }),
  )
})

test('a spike in any place survives', () => {
  for (let spike = 0; spike < 1000; spike += 37) {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === spike ? 99 : Math.sin(i / 50)))
    assert.ok(thin(values, 50).includes(spike))
  }
})

test('points are sorted by the axis, and a repeated one is dropped', () => {
  const columns = {
    steps: Float64Array.of(2, 1, 1, 1, 1),
    times: Float64Array.of(5, 9, 7, 7, 7),
    values: Float64Array.of(0, 1, Number.NaN, 3, Number.NaN),
  }
  assert.deepEqual(Array.from(sorted(columns, 'step').values), [3, Number.NaN, 1, 0])
  assert.deepEqual(Array.from(sorted(columns, 'time').values), [0, 3, Number.NaN, 1])
})
