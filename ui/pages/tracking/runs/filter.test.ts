import assert from 'node:assert/strict'
import { test } from 'node:test'
import { both, faultOf, placeAfter, quotedValue, subjectOf, tokens } from './filter.ts'

test('the caret is told what may come next', () => {
  const after = (text: string) => placeAfter(tokens(text))
  assert.deepEqual(after(''), { expects: 'subject' })
  assert.deepEqual(after('metrics.acc'), { expects: 'operator', subject: 'metrics.acc' })
  assert.deepEqual(after('params.`f1-x` !='), { expects: 'value', subject: 'params.`f1-x`', operator: '!=' })
  assert.deepEqual(after('metrics.acc > 0.5'), { expects: 'and' })
  assert.deepEqual(after('metrics.acc > 0.5 and tags.team LIKE'), {
    expects: 'value',
    subject: 'tags.team',
    operator: 'LIKE',
  })
  assert.deepEqual(after('params.lr IS NOT NULL and'), { expects: 'subject' })
  assert.deepEqual(after('params.lr IS'), { expects: 'value', subject: 'params.lr', operator: 'IS' })
})

test('a fault is shown at its place', () => {
  const at = (text: string) => {
    const fault = faultOf(text)
    return fault && [text.slice(fault.start, fault.end), fault.message]
  }
  assert.deepEqual(at('metric.acc >'), ['', 'Expected a value'])
  assert.deepEqual(at("metrics.acc > 'a'"), ["'a'", 'metrics.acc is a number'])
  assert.deepEqual(at('params.lr = 0.1'), ['0.1', "params.lr is text: write '0.1' in quotes"])
  assert.deepEqual(at('foo.lr = 0.1')?.[0], 'foo.lr')
  assert.deepEqual(at("params.lr = 'open"), ["'", "' is never closed"])
  assert.deepEqual(at('metrics.acc about 3')?.[0], 'about')
})

test('what the server takes is not called a fault', () => {
  for (const right of [
    '',
    'metrics.acc > 0.9 and params.lr = "0.1"',
    "status = 'FINISHED' AND start_time > 1700000000000",
    "attributes.run_id IN ('a', 'b')",
    'tags.`mlflow.parentRunId` IS NULL',
    "params.model NOT LIKE 'x%'",
    "datasets.name = 'iris'",
    'metrics."val/loss" <= 1e-3',
    "`Run name` = 'a'",
  ]) {
    assert.equal(faultOf(right), undefined, right)
  }
})

test('subjects, values and filters are put together as the language says them', () => {
  assert.deepEqual(subjectOf('params.`a b`'), { entity: 'params', key: 'a b' })
  assert.deepEqual(subjectOf('status'), { entity: 'attributes', key: 'status' })
  assert.equal(quotedValue("it's"), '"it\'s"')
  assert.equal(quotedValue(`"'`), undefined)
  assert.equal(both(undefined, ' '), undefined)
  assert.equal(both('metrics.a > 1', "tags.b = 'c'"), "metrics.a > 1 and tags.b = 'c'")
})
