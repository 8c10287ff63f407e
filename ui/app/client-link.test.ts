import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientLink } from './client-link.ts'

test('the links that clients print lead to runs and experiments', () => {
  const run = 'ab'.repeat(16)
  assert.deepEqual(clientLink(`/experiments/3/runs/${run}`), { experiment: '3', run })
  assert.deepEqual(clientLink(`#/experiments/3/runs/${run}/artifacts`), { experiment: '3', run })
  assert.deepEqual(clientLink('/experiments/12'), { experiment: '12', run: undefined })
  assert.equal(clientLink('/models/a'), undefined)
  assert.equal(clientLink(''), undefined)
})
