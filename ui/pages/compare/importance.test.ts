import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain, spearman } from './importance.ts'
import { type NumberVariable, type Variable, variablesOf } from './variable.ts'

const number = (label: string, values: (number | null)[]): NumberVariable => ({
  name: label,
  label,
  kind: 'number',
  values,
})
const many = Array.from({ length: 120 }, (_, index) => index)
const noise = (index: number) => ((index * 7919) % 101) / 101
const rate = number(
  'rate',
  many.map((index) => noise(index * 3 + 1)),
)
const depth = number(
  'depth',
  many.map((index) => noise(index * 5 + 2)),
)
const solver: Variable = {
  name: 'solver',
  label: 'solver',
  kind: 'category',
  values: many.map((index) => ['sgd', 'adam', 'lbfgs'][index % 3] ?? ''),
}

test('what makes the metric comes first, and what has nothing to do with it last', () => {
  const metric = number(
    'acc',
    many.map((index) => 3 * (rate.values[index] ?? 0) + (index % 3 === 1 ? 1 : 0)),
  )
  const found = explain([depth, solver, rate], metric)
  assert.deepEqual(
    found?.items.map((item) => item.label),
    ['rate', 'solver', 'depth'],
  )
  assert.ok((found?.explained ?? 0) > 0.8, String(found?.explained))
  const [first, , last] = found?.items ?? []
  assert.ok((first?.importance ?? 0) > 10 * (last?.importance ?? 1))
  assert.ok((first?.correlation ?? 0) > 0.7)
  assert.equal(found?.items[1]?.correlation, null)
})

test('of chance alone the forest explains nothing, and says so', () => {
  const metric = number(
    'acc',
    many.map((index) => noise(index * index + 11)),
  )
  assert.ok((explain([rate, depth], metric)?.explained ?? 1) < 0.2)
})

test('the same runs give the same numbers', () => {
  const metric = number(
    'acc',
    many.map((index) => (rate.values[index] ?? 0) ** 2),
  )
  assert.deepEqual(explain([rate, depth], metric), explain([rate, depth], metric))
})

test('too few runs, or nothing that varies, is not explained', () => {
  const few = number('acc', [1, 2, 3, 4, 5, 6, 7, null])
  assert.equal(explain([number('a', [1, 2, 3, 4, 5, 6, 7, 8])], few), undefined)
  const metric = number('acc', many.map(noise))
  assert.equal(
    explain(
      [
        number(
          'a',
          many.map(() => 1),
        ),
      ],
      metric,
    ),
    undefined,
  )
  assert.equal(
    explain(
      [rate],
      number(
        'acc',
        many.map(() => 1),
      ),
    ),
    undefined,
  )
})

test("ranks correlate as Spearman's", () => {
  assert.equal(spearman([1, 2, 3, 4], [10, 100, 1000, 10_000]), 1)
  assert.equal(spearman([1, 2, 3], [3, 2, 1]), -1)
  // ties by their mean rank; scipy.stats.spearmanr([1,2,2,4,5], [5,6,7,8,7]) = 0.7631…
  assert.ok(Math.abs((spearman([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]) ?? 0) - 0.7632) < 1e-3)
  assert.equal(spearman([1, null, 3], [1, 2, 3]), null)
})

test('a parameter is a number when every run that has it gives one', () => {
  const summary = { value: 'NaN' as const, step: 0, time: 0, min: null, max: null, count: 1 }
  const { params, metrics } = variablesOf([
    { params: { lr: '1e-3', opt: '5' }, metrics: { loss: summary } },
    { params: { opt: 'adam' }, metrics: {} },
  ])
  assert.deepEqual(
    params.map((one) => [one.label, one.kind, one.values]),
    [
      ['lr', 'number', [0.001, null]],
      ['opt', 'category', ['5', 'adam']],
    ],
  )
  assert.deepEqual(metrics[0]?.values, [null, null])
})
