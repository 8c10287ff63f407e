import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldThing, linkedThing } from './held-thing.ts'

const run = 'ab'.repeat(16)

test('what is to be held is named by the address of its page, or as the command line names it', () => {
  for (const [written, of] of [
    [`https://ml.example.org/base/projects/default/runs/${run}?tab=charts`, `runs/${run}`],
    [` runs/${run} `, `runs/${run}`],
    ['https://ml.example.org/projects/p/models/a%20b/versions/3#x', 'models/a b/3'],
    ['models/digits/3', 'models/digits/3'],
    ['experiments/7', 'experiments/7'],
  ] as const)
    assert.equal(linkedThing(written), of)
})

test('what is held leads to its page', () => {
  assert.deepEqual(heldThing('p', `runs/${run}`), { kind: 'run', path: `/projects/p/runs/${run}` })
  assert.equal(heldThing('p', 'models/a b/3').path, '/projects/p/models/a%20b/versions/3')
  assert.deepEqual(heldThing('p', 'experiments/7').search, { experiment: '7' })
})
