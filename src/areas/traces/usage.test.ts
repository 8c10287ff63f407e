import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Counted, countsOf, tokensOf } from './usage.ts'

const span = (id: string, parentId: string | null, total?: number): Counted => ({
  id,
  parentId,
  counts: total === undefined ? undefined : { input_tokens: total, output_tokens: 0, total_tokens: total },
})

test('a span stands for all below it', () => {
  const sum = tokensOf([span('a', null), span('b', 'a', 7), span('c', 'b', 7), span('d', 'a', 1)])
  assert.equal(sum?.total_tokens, 8)
})

test('a span whose parent is missing counts, and none says nothing', () => {
  assert.equal(tokensOf([span('b', 'missing', 3)])?.total_tokens, 3)
  assert.equal(tokensOf([span('a', null)]), undefined)
})

test('only numbers that clients may count with are taken', () => {
  const keys = ['input_tokens', 'total_tokens']
  assert.deepEqual(countsOf({ input_tokens: 1.5, total_tokens: 2, other: 9 }, keys, true), {
    total_tokens: 2,
  })
  assert.equal(countsOf({ input_tokens: '1' }, keys, true), undefined)
  assert.equal(countsOf(null, keys, true), undefined)
})
