import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mentionsOf } from './mention.ts'

const members = ['ann', 'bob.lee', 'cy', 'dee@example.com']

const cases: [text: string, names: string[]][] = [
  ['@ann look at this', ['ann']],
  ['Thanks, @bob.lee. And @ann!', ['bob.lee', 'ann']],
  ['@ann @ann', ['ann']],
  ['@annabel is someone else', []],
  ['write to me@ann or x@cy', []],
  ['(@cy)', ['cy']],
  ['@dee@example.com, see above', ['dee@example.com']],
  ['in code `@ann` and\n```python\n@cy\ndef f(): ...\n```\n@bob.lee', ['bob.lee']],
  ['an open block\n```\n@ann', []],
  ['@nobody', []],
]

for (const [text, names] of cases) {
  test(`${JSON.stringify(text)} mentions ${names.join(', ') || 'nobody'}`, () => {
    assert.deepEqual(mentionsOf(text, members), names)
  })
}
