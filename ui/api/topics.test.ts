import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nounsOf } from './topics.ts'

test('a hint names what it makes out of date', () => {
  assert.deepEqual(nounsOf('lines:0197'), ['lines'])
  assert.deepEqual(nounsOf('pipelines:0197'), ['pipelines', 'lines'])
  assert.deepEqual(nounsOf('channels'), ['channels'])
})

test('`*` and what is unknown refresh everything; what concerns no page, nothing', () => {
  assert.deepEqual(nounsOf('*'), ['*'])
  assert.deepEqual(nounsOf('comets:1'), ['*'])
  assert.deepEqual(nounsOf('serving-snapshot:14'), [])
  assert.deepEqual(nounsOf(''), [])
})
