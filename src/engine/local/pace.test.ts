import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

test('a job that grows towards its limit is looked at more often', () => {
  const pace = createPace(1000)
  assert.equal(pace.next(0, 0), 100)
  assert.equal(pace.next(10, 100), 100)
  // 300 in 100 ms: the limit is 230 ms away.
  assert.ok(pace.next(310, 200) < 100)
  assert.equal(pace.next(900, 250), 10)
  assert.equal(pace.next(900, 260), 50)
  assert.equal(pace.next(100, 270), 100)
})
