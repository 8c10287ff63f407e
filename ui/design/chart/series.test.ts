import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byRevision, minutesOf, revisionColour, stack } from './series.ts'

const points = [
  { minute: '2026-11-21T07:00:00.000Z', revision: 1, requests: 10 },
  { minute: '2026-11-21T07:02:00.000Z', revision: 2, requests: 3 },
  { minute: '2026-11-21T07:02:00.000Z', revision: 1, requests: 7 },
]

test('a minute without requests is a zero', () => {
  const minutes = minutesOf(points)
  const before = Array(7).fill(0)
  assert.equal(minutes.length, 10)
  assert.deepEqual(
    byRevision(points, minutes, (point) => point.requests, 0),
    [
      { revision: 1, values: [...before, 10, 0, 7] },
      { revision: 2, values: [...before, 0, 0, 3] },
    ],
  )
  assert.deepEqual(minutesOf([]), [])
})

test('stacked rows add up', () => {
  assert.deepEqual(
    stack([
      [1, 2],
      [3, null],
    ]),
    [
      [1, 2],
      [4, 2],
    ],
  )
})

test('neighbouring revisions differ in colour, and a revision keeps its own', () => {
  assert.notEqual(revisionColour(1), revisionColour(2))
  assert.equal(revisionColour(1), revisionColour(7))
})
