import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advance, cacheKey, orderSteps, resolve } from './graph.ts'

const kinds = new Set(['command'])
const step = (name: string, extra: object = {}) => ({ name, kind: 'command', with: {}, ...extra })

test('references become needs', () => {
  const [, b] = orderSteps([step('a'), step('b', { with: { x: [{ from: 'a.out' }] } })], kinds)
  assert.deepEqual(b?.needs, ['a'])
})

test('unknown kinds, doubled names and needs that come later are refused', () => {
  assert.throws(() => orderSteps([step('a', { kind: 'magic' })], kinds), /unknown kind 'magic'/)
  assert.throws(() => orderSteps([step('a'), step('a')], kinds), /Two steps/)
  assert.throws(() => orderSteps([step('a', { needs: ['b'] }), step('b')], kinds), /does not stand before/)
})

test('a step starts when all its needs have succeeded, and is skipped when one is dead', () => {
  const a = { name: 'a', needs: [], state: 'succeeded' as const }
  const b = { name: 'b', needs: ['a'], state: 'pending' as const }
  const c = { name: 'c', needs: ['b'], state: 'pending' as const }
  assert.deepEqual(advance([a, b, c]), { start: ['b'], skip: [], over: undefined })
  assert.deepEqual(advance([a, { ...b, state: 'failed' }, c]), { start: [], skip: ['c'], over: 'failed' })
  assert.deepEqual(advance([a, { ...b, state: 'cached' }, { ...c, state: 'succeeded' }]).over, 'succeeded')
})

test('a skipped step takes those behind it along', () => {
  const states = [
    { name: 'a', needs: [], state: 'failed' as const },
    { name: 'b', needs: ['a'], state: 'pending' as const },
    { name: 'c', needs: ['b'], state: 'pending' as const },
  ]
  assert.deepEqual(advance(states), { start: [], skip: ['b', 'c'], over: 'failed' })
})

test('references are replaced by outputs, also deep inside', () => {
  const outputs = new Map([['a', { files: [1, 2], n: 3 }]])
  assert.deepEqual(resolve({ x: { y: { from: 'a.files' } }, z: [{ from: 'a.n' }] }, outputs), {
    x: { y: [1, 2] },
    z: [3],
  })
  assert.throws(() => resolve({ from: 'a.gone' }, outputs), /no output 'gone'/)
})

test('the cache key does not depend on the order of keys, but on values, kind and version', () => {
  const key = cacheKey('command', '1', { a: 1, b: [{ c: 1, d: 2 }] })
  assert.equal(key, cacheKey('command', '1', { b: [{ d: 2, c: 1 }], a: 1 }))
  assert.notEqual(key, cacheKey('command', '1', { a: 1, b: [{ c: 1, d: 3 }] }))
  assert.notEqual(key, cacheKey('command', '2', { a: 1, b: [{ c: 1, d: 2 }] }))
})
