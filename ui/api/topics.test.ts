import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nounsOf } from './topics.ts'

test('a hint names what it makes out of date', () => {
  assert.deepEqual(nounsOf('line:0197'), ['lines'])
  assert.deepEqual(nounsOf('{"topic":"rollout:0197"}'), ['deployments', 'lines'])
  assert.deepEqual(nounsOf('deployments:x'), ['deployments', 'predictions', 'lines'])
})

test('an unknown topic refreshes everything, a broken hint nothing', () => {
  assert.deepEqual(nounsOf('comet:1'), ['*'])
  assert.deepEqual(nounsOf('{broken'), [])
  assert.deepEqual(nounsOf(''), [])
})
