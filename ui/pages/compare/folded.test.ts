import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folded } from './folded.ts'

const same = (text: string) => ({ side: 'same' as const, text })

test('what lies far from every change is counted, not shown', () => {
  const lines = [
    ...Array.from({ length: 10 }, (_, index) => same(`a${index}`)),
    { side: 'added' as const, text: 'new' },
    ...Array.from({ length: 5 }, (_, index) => same(`b${index}`)),
  ]
  assert.deepEqual(folded(lines), [
    { side: 'skipped', count: 7 },
    same('a7'),
    same('a8'),
    same('a9'),
    { side: 'added', text: 'new' },
    same('b0'),
    same('b1'),
    same('b2'),
    { side: 'skipped', count: 2 },
  ])
})

test('texts without a change are one stretch', () => {
  assert.deepEqual(folded([same('a')]), [{ side: 'skipped', count: 1 }])
})
