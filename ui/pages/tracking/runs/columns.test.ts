import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnOf, columnsOf, columnsText, defaultColumns, orderName, sortingOf } from './columns.ts'

test('columns survive the way through the URL, with the widths that were chosen', () => {
  const text = 'attr.status,metrics.val/loss~200,params.lr'
  const columns = columnsOf(text)
  assert.deepEqual(
    columns.map((column) => [column.kind, column.key, column.width]),
    [
      ['attr', 'status', 108],
      ['metrics', 'val/loss', 200],
      ['params', 'lr', 108],
    ],
  )
  assert.equal(columnsText(columns), text)
})

test('what is no column is left out, whoever wrote the link', () => {
  assert.deepEqual(columnsOf('attr.nope,__proto__.x,attr.constructor,metrics.,,tags.a,tags.a').length, 1)
  assert.equal(columnOf('metrics.a~-5')?.width, 60)
  assert.equal(columnOf('metrics.a~many')?.width, 98)
})

test('the order language needs backticks for keys with other characters', () => {
  const name = (entry: string) => {
    const column = columnOf(entry)
    return column && orderName(column)
  }
  assert.equal(name('metrics.acc'), 'metrics.acc')
  assert.equal(name('metrics.val/loss'), 'metrics.`val/loss`')
  assert.equal(name('params.f1-score'), 'params.`f1-score`')
  assert.equal(name('attr.started'), 'start_time')
  assert.equal(name('attr.took'), undefined)
})

test('headers show what the list is sorted by', () => {
  assert.deepEqual(sortingOf(undefined), { name: 'start_time', descending: true })
  assert.deepEqual(sortingOf('metrics.`val/loss` DESC'), { name: 'metrics.`val/loss`', descending: true })
  assert.deepEqual(sortingOf('metrics.acc'), { name: 'metrics.acc', descending: false })
})

test('without a choice the most used keys are shown, system metrics not', () => {
  const names = defaultColumns({ metrics: ['system/cpu', 'acc'], params: ['lr'] }, false).map(
    (each) => each.name,
  )
  assert.deepEqual(names, [
    'attr.status',
    'attr.started',
    'attr.took',
    'metrics.acc',
    'params.lr',
    'attr.user',
  ])
})

test('keys of a large family come after those that stand for themselves', () => {
  const many = Array.from({ length: 9 }, (_, n) => `class_${n}_f1`)
  const names = defaultColumns({ metrics: [...many, 'loss'], params: [] }, false).map((each) => each.name)
  assert.equal(names[3], 'metrics.loss')
})
