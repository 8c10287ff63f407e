import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogue } from './catalogue.ts'

test('docs/errors.md lists the codes of the catalogue with their statuses and remedies, and no others', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const listed = [...text.matchAll(/^\| `([a-z_]+)` \| (\d+) \| .+ \| (.+) \|$/gm)].map((match) =>
    match.slice(1),
  )
  const known = Object.entries(catalogue).map(([code, { status, remedy }]) => [code, String(status), remedy])
  assert.deepEqual(listed, known)
})

test('every remedy is a sentence', () => {
  for (const [code, { remedy }] of Object.entries(catalogue)) assert.match(remedy, /^[A-Z`].*[.]$/, code)
})
