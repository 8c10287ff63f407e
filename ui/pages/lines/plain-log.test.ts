import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain } from './plain-log.ts'

test('a log is shown without terminal colours', () => {
  assert.equal(plain('\u001b[32mfold 1\u001b[0m 0.97\n'), 'fold 1 0.97\n')
})

test('of an overwritten line its last state is shown', () => {
  assert.equal(plain('10 %\r50 %\r100 %\nend'), '100 %\nend')
  assert.equal(plain('a\r\nb\r\n'), 'a\nb\n')
})
