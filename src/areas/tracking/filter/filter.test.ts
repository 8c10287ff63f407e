import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlipwayError } from '../../../base/error.ts'
import { parseFilter } from './clause.ts'
import { runGrammar } from './grammar.ts'
import { parseOrder } from './order.ts'

/** What MLflow 3.17.2's own parser makes of each: [entity, key, comparator, value], or how its message begins. */
const filters: readonly (readonly [string, readonly unknown[] | string])[] = [
  ['metrics.acc > 0.9', ['metric', 'acc', '>', 0.9]],
  ["metrics.acc>0.9 and params.lr='0.1'", ['metric', 'acc', '>', 0.9, 'parameter', 'lr', '=', '0.1']],
  ['metrics.a.b > 1', ['metric', 'a.b', '>', 1]],
  ['metrics.`a b` > -1', ['metric', 'a b', '>', -1]],
  ['metrics."a/b" >= 1e-3', ['metric', 'a/b', '>=', 1e-3]],
  ['metrics.a > -1.5e3', ['metric', 'a', '>', -1500]],
  ['metrics.a > .5', ['metric', 'a', '>', 0.5]],
  ['metrics.a > +1', "Invalid clause(s) in filter string: 'metrics.a', '>', '+', '1'"],
  ["metrics.a = '1'", "Expected numeric value type for metric. Found '1'"],
  ['params.lr = 0.1', "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 0.1"],
  ['params.lr = "0.1"', ['parameter', 'lr', '=', '0.1']],
  ["params.x = 'it''s'", ['parameter', 'x', '=', "it''s"]],
  ["params.x = 'a AND b'", ['parameter', 'x', '=', 'a AND b']],
  ["tags.mlflow.runName LIKE '%x%'", ['tag', 'mlflow.runName', 'LIKE', '%x%']],
  ["tags.`mlflow.runName` ilike 'X'", ['tag', 'mlflow.runName', 'ILIKE', 'X']],
  ["run_name = 'x'", ['attribute', 'run_name', '=', 'x']],
  ["name = 'x'", "Invalid attribute key 'name' specified. Valid keys are '{'"],
  ["status = 'RUNNING' AND", ['attribute', 'status', '=', 'RUNNING']],
  ["AND status = 'x'", ['attribute', 'status', '=', 'x']],
  ["status = 'a' status = 'b'", ['attribute', 'status', '=', 'a', 'attribute', 'status', '=', 'b']],
  [
    "status IN ('a','b')",
    "Only ['run_id'] attributes support comparison with a list of quoted string values.",
  ],
  ["run_id IN ('a','b')", ['attribute', 'run_id', 'IN', ['a', 'b']]],
  ["run_id NOT IN ('a')", ['attribute', 'run_id', 'NOT IN', ['a']]],
  ["run_id in ('a')", ['attribute', 'run_id', 'IN', ['a']]],
  [
    'run_id IN ()',
    'While parsing a list in the query, expected a non-empty list of string values, but got emp',
  ],
  ['attributes.start_time > 1664067852747', ['attribute', 'start_time', '>', 1664067852747]],
  ['created > 1', ['attribute', 'created', '>', 1]],
  ['start_time >= 1.5', ['attribute', 'start_time', '>=', 1.5]],
  ["start_time = 'x'", "Expected numeric value type for numeric attribute: start_time. Found 'x'"],
  ['params.a IS NULL', ['parameter', 'a', 'IS NULL', null]],
  ['tags.a is not null', ['tag', 'a', 'IS NOT NULL', null]],
  ['metrics.a IS NULL', "IS NULL / IS NOT NULL is only supported for tags and params, not for 'metric' 'a'"],
  ['a OR b', "Invalid clause(s) in filter string: 'a', 'OR', 'b'"],
  ['metrics.a > 1 OR metrics.b > 2', "Invalid clause(s) in filter string: 'OR'"],
  ['(metrics.a > 1)', "Invalid clause(s) in filter string: '(metrics.a > 1)'"],
  ['NOT metrics.a > 1', "Invalid clause(s) in filter string: 'NOT'"],
  ['metrics.a == 1', "Invalid comparator '==' not one of '{"],
  ['metrics.a <> 1', "Invalid comparator '<>' not one of '{"],
  ["datasets.name = 'd'", ['dataset', 'name', '=', 'd']],
  ["dataset.context IN ('train','eval')", ['dataset', 'context', 'IN', ['train', 'eval']]],
  ["dataset.schema = 'x'", "Invalid dataset key 'schema' specified. Valid keys are '{'name', "],
  [
    'metrics.a > 1; metrics.b > 2',
    "Search filter contained multiple expression 'metrics.a > 1; metrics.b > 2'. Provide AND-ed",
  ],
  ["params.'x y' = 'z'", ['parameter', 'x y', '=', 'z']],
  ["params.x != 'y'", ['parameter', 'x', '!=', 'y']],
  ["params.x LIKE 'a_b%'", ['parameter', 'x', 'LIKE', 'a_b%']],
  ["params.x NOT LIKE 'a'", "Invalid comparator 'NOT LIKE' not one of '{"],
  ["tag.x='y'", ['tag', 'x', '=', 'y']],
  ["attr.status != 'FAILED'", ['attribute', 'status', '!=', 'FAILED']],
  ["run.status='x'", ['attribute', 'status', '=', 'x']],
  [
    'Metrics.a > 1',
    "Invalid entity type 'Metrics'. Valid values are ['metric', 'parameter', 'tag', 'attribute'",
  ],
  ['metrics.a > NaN', 'Expected numeric value type for metric. Found NaN'],
  ['metrics.a > 1 -- c', "Invalid clause(s) in filter string: '-- c'"],
  ['metrics.timestamp > 1', ['metric', 'timestamp', '>', 1]],
  ["params.order = 'x'", ['parameter', 'order', '=', 'x']],
  ["tags.key = 'x'", ['tag', 'key', '=', 'x']],
  ["artifact_uri LIKE 'x'", ['attribute', 'artifact_uri', 'LIKE', 'x']],
  ["user_id='x'", ['attribute', 'user_id', '=', 'x']],
  ["lifecycle_stage='active'", "Invalid attribute key 'lifecycle_stage' specified. Valid keys are '{'"],
  ['metrics.a BETWEEN 1 AND 2', "Invalid clause(s) in filter string: 'metrics.a', 'BETWEEN', '1', '2'"],
  ['  ', "Invalid filter '  '. Could not be parsed."],
  ["params.x = ''", ['parameter', 'x', '=', '']],
  ['params.x="a\'b"', ['parameter', 'x', '=', "a'b"]],
  [
    'params.x = `v`',
    'Parameter value is either not quoted or unidentified quote types used for string value `v`',
  ],
]

for (const [text, expected] of filters) {
  test(`filter ${text}`, () => {
    if (typeof expected === 'string') {
      assert.throws(
        () => parseFilter(text, runGrammar),
        (thrown) => thrown instanceof SlipwayError && thrown.message.startsWith(expected),
      )
      return
    }
    const found = parseFilter(text, runGrammar)
    assert.deepEqual(
      found.flatMap((clause) => [clause.entity, clause.key, clause.comparator, clause.value]),
      expected,
    )
  })
}

const orders: readonly (readonly [string, readonly [string, string, boolean] | string])[] = [
  ['metrics.acc DESC', ['metric', 'acc', false]],
  ['start_time', ['attribute', 'start_time', true]],
  ['attribute.start_time asc', ['attribute', 'start_time', true]],
  ['params.`a b` desc', ['parameter', 'a b', false]],
  ['metrics.a foo', "Invalid ordering key in order_by clause 'metrics.a foo'."],
  ['created desc', ['attribute', 'created', false]],
  ['-start_time', "Invalid order_by clause '-start_time'. Could not be parsed."],
  ['tags.x', ['tag', 'x', true]],
  ['metric.acc', ['metric', 'acc', true]],
  ['run_name', ['attribute', 'run_name', true]],
  ['end_time DESC', ['attribute', 'end_time', false]],
  ['dataset.name', ['dataset', 'name', true]],
]

for (const [text, expected] of orders) {
  test(`order ${text}`, () => {
    if (typeof expected === 'string') {
      assert.throws(
        () => parseOrder([text], runGrammar),
        (thrown) => thrown instanceof SlipwayError && thrown.message === expected,
      )
      return
    }
    const [entity, key, ascending] = expected
    assert.deepEqual(parseOrder([text], runGrammar), [{ entity, key, ascending }])
  })
}
