import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byValue, classificationMetrics, confusionOf, regressionMetrics } from './metrics.ts'

function near(actual: Record<string, number>, expected: Record<string, number>): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort())
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(
      Math.abs((actual[name] ?? Number.NaN) - value) < 1e-9,
      `${name}: ${actual[name]} is not ${value}`,
    )
  }
}

test('classification, as scikit-learn computes it', () => {
  // accuracy_score, *_score(average='macro', zero_division=0) and log_loss of scikit-learn 1.5
  near(
    classificationMetrics({
      labels: ['0', '1', '2', '0', '1', '2'],
      predicted: ['0', '2', '1', '0', '0', '1'],
      likelihood: [0.9, 0.2, 0.1, 0.8, 0.3, 0],
    }),
    {
      accuracy: 1 / 3,
      precision_macro: 2 / 9,
      recall_macro: 1 / 3,
      f1_macro: 4 / 15,
      log_loss:
        -(
          Math.log(0.9) +
          Math.log(0.2) +
          Math.log(0.1) +
          Math.log(0.8) +
          Math.log(0.3) +
          Math.log(2 ** -52)
        ) / 6,
    },
  )
})

test('a class that was predicted but never occurs counts in the averages', () => {
  near(classificationMetrics({ labels: ['a', 'a'], predicted: ['a', 'b'] }), {
    accuracy: 0.5,
    precision_macro: 0.5,
    recall_macro: 0.25,
    f1_macro: 1 / 3,
  })
})

test('regression', () => {
  near(regressionMetrics({ labels: [3, -0.5, 2, 7], predicted: [2.5, 0, 2, 8] }), {
    rmse: Math.sqrt(0.375),
    mae: 0.5,
    r2: 0.9486081370449679,
  })
  assert.equal(regressionMetrics({ labels: [1, 1], predicted: [1, 2] }).r2, 0)
})

test('the confusion table has classes in their order', () => {
  assert.deepEqual(confusionOf(['10', '9', '9'], ['9', '9', '10']), {
    classes: ['9', '10'],
    counts: [
      [1, 1],
      [1, 0],
    ],
  })
  const many = Array.from({ length: 51 }, (_, i) => String(i))
  assert.equal(confusionOf(many, many), undefined)
  assert.deepEqual(['b', '10', 'a', '2'].sort(byValue).slice(-2), ['a', 'b'])
})
