import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupsOf } from './groups.ts'

test('keys stand together by their prefix, those without one first, numbers in their order', () => {
  assert.deepEqual(groupsOf(['train/loss10', 'loss', 'train/loss2', 'val/loss', 'acc']), [
    { prefix: '', keys: ['acc', 'loss'] },
    { prefix: 'train', keys: ['train/loss2', 'train/loss10'] },
    { prefix: 'val', keys: ['val/loss'] },
  ])
})
