import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseChecks } from './parse.ts'

test('every kind of check is read', () => {
  const checks = parseChecks(`
version: 1
checks:
  - not_null: id
  - not_null: { columns: [a, b], at_least: 0.9 }
    severity: warning
  - unique: [id, day]
  - between: { columns: p*, min: 0, max: 16 }
  - in_set: { columns: label, values: [0, 1, two, true] }
  - matches: { columns: code, pattern: '[A-Z]{3}' }
  - mean: { columns: x, min: -1.5 }
  - row_count: { min: 100 }
  - columns: [id, label]
  - type: { columns: x, is: number }
  - fresh: { columns: at, within: 36h }
`)
  assert.deepEqual(checks, [
    { kind: 'not_null', severity: 'critical', columns: ['id'], at_least: 1 },
    { kind: 'not_null', severity: 'warning', columns: ['a', 'b'], at_least: 0.9 },
    { kind: 'unique', severity: 'critical', columns: ['id', 'day'] },
    { kind: 'between', severity: 'critical', columns: ['p*'], at_least: 1, min: 0, max: 16 },
    { kind: 'in_set', severity: 'critical', columns: ['label'], at_least: 1, values: [0, 1, 'two', true] },
    { kind: 'matches', severity: 'critical', columns: ['code'], at_least: 1, pattern: '[A-Z]{3}' },
    { kind: 'mean', severity: 'critical', columns: ['x'], min: -1.5 },
    { kind: 'row_count', severity: 'critical', min: 100 },
    { kind: 'columns', severity: 'critical', columns: ['id', 'label'] },
    { kind: 'type', severity: 'critical', columns: ['x'], is: 'number' },
    { kind: 'fresh', severity: 'critical', columns: ['at'], within_ms: 129_600_000 },
  ])
  assert.deepEqual(parseChecks('- unique: id'), [{ kind: 'unique', severity: 'critical', columns: ['id'] }])
})

const mistakes: readonly [text: string, line: number, column: number, message: RegExp][] = [
  ['', 1, 1, /empty/],
  ['checks: none', 1, 9, /must be a list/],
  ['tests:\n  - unique: id', 1, 1, /no "tests"; it may have version or checks/],
  ['checks:\n  - unique: id\n  - uniq: id', 3, 5, /no "uniq".*not_null/],
  [
    'checks:\n  - unique: id\n    severity: fatal',
    3,
    15,
    /"severity" is "fatal"; it must be critical or warning/,
  ],
  ['checks:\n  - unique: id\n    not_null: id', 3, 5, /item of its own/],
  ['checks:\n  - severity: warning', 2, 5, /needs one of/],
  ['checks:\n  - between: { columns: a }', 2, 5, /"min" or "max" is missing/],
  ['checks:\n  - between: { columns: a, min: 3, max: 2 }', 2, 33, /above/],
  ['checks:\n  - between: { columns: a, min: low }', 2, 33, /must be a number/],
  ['checks:\n  - between: { column: a, min: 1 }', 2, 16, /no "column"; it may have columns/],
  ['checks:\n  - not_null:', 2, 5, /no value/],
  ['checks:\n  - not_null: []', 2, 15, /empty/],
  ['checks:\n  - not_null: { columns: a, at_least: 90 }', 2, 39, /between 0 and 1/],
  ['checks:\n  - matches: { columns: a, pattern: "(" }', 2, 37, /regular expression/],
  ['checks:\n  - fresh: { columns: a, within: soon }', 2, 34, /90m/],
  ['checks:\n  - type: { columns: a, is: int }', 2, 29, /must be number/],
  ['checks:\n  - unique: [id\n', 3, 1, /./],
  ['checks:\n\t- unique: id', 2, 1, /tab/i],
]

for (const [text, line, column, message] of mistakes) {
  test(`a mistake is named with its place: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseChecks(text),
      (error: Error & { code: string; facts: object }) => {
        assert.equal(error.code, 'invalid_yaml')
        assert.match(error.message, message)
        assert.deepEqual(error.facts, { line, column }, error.message)
        return true
      },
    )
  })
}
