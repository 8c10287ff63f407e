import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classificationScores, regressionScores, slicesOf } from './scores.ts'

test('accuracy and macro F1 equal those of scikit-learn', () => {
  // accuracy_score and f1_score(average="macro") of y_true=[0,1,2,2,1], y_pred=[0,2,2,2,1]
  const scores = classificationScores(['0', '2', '2', '2', '1'], ['0', '1', '2', '2', '1'])
  assert.equal(scores.accuracy, 0.8)
  assert.ok(Math.abs((scores.f1_macro ?? 0) - 0.8222222222222223) < 1e-15)
})

test('a class that was only guessed, or never guessed, counts as F1 of 0', () => {
  const scores = classificationScores(['a', 'b'], ['a', 'c'])
  assert.equal(scores.accuracy, 0.5)
  assert.ok(Math.abs((scores.f1_macro ?? 0) - 1 / 3) < 1e-15)
})

test('mae, rmse and r2 equal those of scikit-learn', () => {
  // y_true=[3,-0.5,2,7], y_pred=[2.5,0,2,8]
  const scores = regressionScores([2.5, 0, 2, 8], [3, -0.5, 2, 7])
  assert.equal(scores.mae, 0.5)
  assert.ok(Math.abs((scores.rmse ?? 0) - 0.6123724356957945) < 1e-15)
  assert.ok(Math.abs((scores.r2 ?? 0) - 0.9486081370449679) < 1e-12)
  assert.equal('r2' in regressionScores([1, 2], [5, 5]), false)
})

test('slices are the groups of a column, largest first', () => {
  assert.deepEqual(slicesOf(['b', 'a', null, 'b']), [
    { value: 'b', rows: [0, 3] },
    { value: 'a', rows: [1] },
  ])
})
