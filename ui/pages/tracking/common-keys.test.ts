import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonKeys } from './common-keys.ts'

test('columns are what most runs have', () => {
  assert.deepEqual(
    commonKeys(
      [
        ['loss', 'acc'],
        ['acc', 'f1'],
        ['acc', 'f1'],
      ],
      2,
    ),
    ['acc', 'f1'],
  )
  assert.deepEqual(commonKeys([], 3), [])
})
