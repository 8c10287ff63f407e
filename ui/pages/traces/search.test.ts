import assert from 'node:assert/strict'
import { test } from 'node:test'
import { combined, filterOf } from './search.ts'

test('words are looked for, filters are taken as they are', () => {
  assert.equal(filterOf('  '), undefined)
  assert.equal(filterOf("where's the cat"), "trace.text ILIKE '%where_s the cat%'")
  assert.equal(filterOf("span.type = 'LLM'"), "span.type = 'LLM'")
  assert.equal(filterOf('tags.a IS NOT NULL'), 'tags.a IS NOT NULL')
})

test('fields of the page are joined', () => {
  assert.equal(combined(undefined, undefined), undefined)
  assert.equal(combined('cat', 'error'), "trace.text ILIKE '%cat%' AND status = 'ERROR'")
  assert.equal(combined('', 'in_progress'), "status = 'IN_PROGRESS'")
})
