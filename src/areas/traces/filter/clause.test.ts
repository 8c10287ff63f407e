import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTraceFilter } from './clause.ts'

const read = (text: string) =>
  parseTraceFilter(text).map(({ entity, key, comparator, value }) => [entity, key, comparator, value])

test('every kind of thing that a trace may be asked for', () => {
  assert.deepEqual(read("status = 'OK' AND trace.timestamp > 5"), [
    ['attribute', 'status', '=', 'OK'],
    ['attribute', 'timestamp_ms', '>', 5],
  ])
  assert.deepEqual(read("metadata.`mlflow.trace.session` RLIKE '^s'"), [
    ['metadata', 'mlflow.trace.session', 'RLIKE', '^s'],
  ])
  assert.deepEqual(read('span.attributes.`llm.model` ILIKE "%gpt%"'), [
    ['span', 'attributes.llm.model', 'ILIKE', '%gpt%'],
  ])
  assert.deepEqual(read("tags.a IS NOT NULL and request_id IN ('a', 'b')"), [
    ['tag', 'a', 'IS NOT NULL', null],
    ['attribute', 'request_id', 'IN', ['a', 'b']],
  ])
  assert.deepEqual(read('feedback.score >= 0.5 AND expectation.fact = "x"'), [
    ['feedback', 'score', '>=', 0.5],
    ['expectation', 'fact', '=', 'x'],
  ])
  assert.deepEqual(read(''), [])
})

test('what means nothing is refused in words', () => {
  for (const [text, words] of [
    ["color = 'x'", /Invalid attribute key 'color'/],
    ["metric.x = 'y'", /Invalid entity type 'metric'/],
    ["status = OK'", /Invalid|quoted/],
    ["status = 'a' OR status = 'b'", /Invalid clause\(s\)/],
    ['feedback.x = 5 AND', /quoted|Expected/],
    ["span.attributes. = 'x'", /Invalid/],
    ['execution_time IN (1)', /Invalid comparator/],
    ['request_id IN ()', /empty list/],
  ] as const) {
    assert.throws(() => parseTraceFilter(text), words, text)
  }
})
