import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absolute, clock, duration, relative } from './time.ts'

const now = new Date('2026-11-21T07:00:00Z')
const before = (ms: number) => new Date(now.getTime() - ms)

test('distances are told in one unit', () => {
  assert.equal(relative(before(1_000), now), 'just now')
  assert.equal(relative(before(42_000), now), '42 s ago')
  assert.equal(relative(before(185_000), now), '3 min ago')
  assert.equal(relative(before(-7_200_000), now), 'in 2 h')
  assert.equal(relative(before(3 * 86_400_000), now), '3 d ago')
})

test('durations are told in two units at most', () => {
  assert.equal(duration(840), '840 ms')
  assert.equal(duration(3_210), '3.2 s')
  assert.equal(duration(200_000), '3 min 20 s')
  assert.equal(duration(7_500_000), '2 h 5 min')
})

test('the chosen zone decides what the clock shows', () => {
  assert.equal(absolute(now, 'utc'), '2026-11-21 07:00:00')
  assert.equal(clock(now, 'utc'), '07:00:00')
})
