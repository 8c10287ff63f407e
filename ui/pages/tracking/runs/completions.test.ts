import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completed, completionAt } from './completions.ts'

const keys = { metrics: ['acc', 'val/loss'], params: ['lr', 'solver'], tags: ['team'] }
const texts = (text: string, caret = text.length) =>
  completionAt(text, caret, keys).options.map((each) => each.text)

test('names come first, by what was begun', () => {
  assert.ok(texts('').includes('metrics.acc'))
  assert.deepEqual(texts('loss'), ['metrics.`val/loss`'])
  assert.deepEqual(texts('metrics.acc > 1 and params.l'), ['params.lr'])
})

test('operators fit the kind of what they compare', () => {
  assert.deepEqual(texts('metrics.acc ').slice(0, 2), ['>', '>='])
  assert.ok(texts('params.lr ').includes('IS NULL'))
  assert.ok(!texts('attributes.status ').includes('IS NULL'))
})

test('values are asked of the server with what was begun, quotes or not', () => {
  assert.deepEqual(completionAt("params.solver = 'ad", 19, keys).values, {
    of: 'params.solver',
    prefix: 'ad',
  })
  assert.deepEqual(completionAt('tags.`a b` = ', 13, keys).values, { of: 'tags.a b', prefix: '' })
  assert.deepEqual(texts("status = 'FI"), ["'FINISHED'"])
  assert.deepEqual(texts('metrics.acc > 0.5 '), ['and'])
})

test('what is chosen replaces what was begun', () => {
  const text = "params.sol = 'x'"
  const completion = completionAt(text, 10, keys)
  assert.deepEqual(completed(text, completion, 'params.solver'), { text: "params.solver = 'x'", caret: 14 })
})
