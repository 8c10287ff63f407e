import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlipwayError } from '../base/error.ts'
import { parseJson } from './json.ts'

const refuses = (text: string, says: RegExp) =>
  assert.throws(
    () => parseJson(text),
    (thrown) =>
      thrown instanceof SlipwayError && thrown.code === 'invalid_argument' && says.test(thrown.message),
  )

test('parses what is plain', () => {
  assert.deepEqual(parseJson('{"a":[1,{"b":"ä😀"}],"c":null}'), { a: [1, { b: 'ä😀' }], c: null })
})

test('refuses keys that reach prototypes, at any depth', () => {
  refuses('{"__proto__":{"admin":true}}', /body: the key `__proto__`/)
  refuses('{"a":[{"constructor":{"prototype":{}}}]}', /body\.a\[0\]: the key `constructor`/)
  assert.equal(Object.hasOwn(Object.prototype, 'admin'), false)
})

test('refuses nesting without end, without overflowing', () => {
  refuses('['.repeat(100_000) + ']'.repeat(100_000), /nested more than 32 levels/)
  refuses(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, /nested more than 32 levels/)
  parseJson('['.repeat(32) + ']'.repeat(32))
})

test('refuses numbers that became infinite and text that cannot be stored', () => {
  refuses('{"n":1e999}', /body\.n: the number is too large/)
  refuses('{"s":"a\\u0000b"}', /body\.s: text must not contain/)
  refuses('{"s":"\\ud800"}', /body\.s: text must be well-formed/)
  refuses('{"\\ud800":1}', /body: text must be well-formed/)
})

test('says what is not JSON', () => {
  refuses('{"a":NaN}', /The body is not JSON/)
  refuses('{"a":1}x', /The body is not JSON/)
})
