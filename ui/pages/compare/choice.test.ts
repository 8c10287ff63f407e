import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axesOf, axesText, choiceOf } from './choice.ts'
import type { NumberVariable } from './variable.ts'

const number = (name: string, values: (number | null)[]): NumberVariable => ({
  name,
  label: name.slice(name.indexOf('.') + 1),
  kind: 'number',
  values,
})
const params = [
  number('params.fixed', [1, 1, 1]),
  number('params.lr', [1, 2, 3]),
  number('params.depth', [4, 4, 5]),
]
const metrics = [
  number('metrics.train_seconds', [3, 2, 1]),
  number('metrics.val_accuracy', [0.1, 0.2, 0.3]),
  number('metrics.rare', [null, null, 1]),
]

test('without a choice it is about what differs, and the score that most runs have', () => {
  const choice = choiceOf({ params, metrics }, {})
  assert.deepEqual(
    choice.axes.map((axis) => axis.label),
    ['lr', 'depth', 'val_accuracy'],
  )
  assert.deepEqual([choice.x?.label, choice.y?.label, choice.z?.label], ['lr', 'depth', 'val_accuracy'])
})

test('what the URL names is taken, what it names wrongly is not', () => {
  const choice = choiceOf(
    { params, metrics },
    { sx: 'metrics.rare', sy: 'params.nope', metric: 'metrics.rare' },
  )
  assert.deepEqual([choice.x?.label, choice.y?.label, choice.metric?.label], ['rare', 'depth', 'rare'])
})

test('axes stand in the URL whatever their keys hold', () => {
  const names = ['params.a,b', 'metrics.50%', 'params.c']
  assert.deepEqual(axesOf(axesText(names)), names)
  assert.deepEqual(axesOf('params.%E0'), ['params.%E0'])
})
