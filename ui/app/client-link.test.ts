import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientLink } from './client-link.ts'

test('the links that clients print lead to runs, experiments and models', () => {
  const run = 'ab'.repeat(16)
  assert.deepEqual(clientLink(`/experiments/3/runs/${run}`), { kind: 'run', run })
  assert.deepEqual(clientLink(`#/experiments/3/runs/${run}/artifacts`), { kind: 'run', run })
  assert.deepEqual(clientLink('/experiments/12'), { kind: 'experiment', experiment: '12' })
  assert.deepEqual(clientLink('#/experiments/12/traces?selectedEvaluationId=tr-1'), {
    kind: 'experiment',
    experiment: '12',
  })
  assert.deepEqual(clientLink('#/models/a%20b%2Fc'), { kind: 'model', model: 'a b/c', version: undefined })
  assert.deepEqual(clientLink('#/models/digits/versions/7'), { kind: 'model', model: 'digits', version: '7' })
  assert.deepEqual(clientLink('#/models/100%'), { kind: 'model', model: '100%', version: undefined })
  assert.equal(clientLink('/models'), undefined)
  assert.equal(clientLink(''), undefined)
})
