import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from './differing.ts'
import { surfaceOf } from './surface.ts'

test('a surface rises towards the high samples and says nothing where none is near', () => {
  const samples = [
    { x: 0, y: 0, z: 0 },
    { x: 0.05, y: 0.1, z: 0 },
    { x: 0.3, y: 0.1, z: 10 },
  ]
  const { values, columns } = surfaceOf(samples, 20, 20)
  const value = (column: number, row: number) => values[row * columns + column] ?? 0
  assert.ok(value(0, 0) < value(3, 1) && value(3, 1) < value(7, 1))
  assert.ok(values.every((one) => Number.isNaN(one) || (one >= 0 && one <= 10)))
  assert.ok(Number.isNaN(value(19, 19)))
})

test('rows tell in which keys runs differ', () => {
  assert.deepEqual(
    rowsOf([
      { a: '1', b: 'x' },
      { a: '1', c: 'y', b: 'x' },
    ]),
    [
      { key: 'a', values: ['1', '1'], differs: false },
      { key: 'b', values: ['x', 'x'], differs: false },
      { key: 'c', values: [null, 'y'], differs: true },
    ],
  )
})
