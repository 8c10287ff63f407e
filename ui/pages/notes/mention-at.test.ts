import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completed, mentionAt } from './mention-at.ts'

test('a name is offered after an @ that begins a word', () => {
  assert.equal(mentionAt('look @an', 8), 'an')
  assert.equal(mentionAt('@', 1), '')
  assert.equal(mentionAt('me@an', 5), undefined)
  assert.equal(mentionAt('look @an here', 13), undefined)
})

test('completing puts the name and one space, and the cursor after them', () => {
  assert.deepEqual(completed('hi @an!', 6, 'ann'), { text: 'hi @ann !', cursor: 8 })
  assert.deepEqual(completed('@a b', 2, 'ann'), { text: '@ann b', cursor: 5 })
})
