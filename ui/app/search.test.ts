import assert from 'node:assert/strict'
import { test } from 'node:test'
import { number, oneOf, text } from './search.ts'

test('what fits is read', () => {
  assert.deepEqual(text({ filter: 'a' }, 'filter'), { filter: 'a' })
  assert.deepEqual(text({ experiment: 1 }, 'experiment'), { experiment: '1' })
  assert.deepEqual(number({ offset: 50 }, 'offset'), { offset: 50 })
  assert.deepEqual(oneOf({ tab: 'rows' }, 'tab', ['rows']), { tab: 'rows' })
})

test('what does not fit is named as undefined, so that the router does not hand it on', () => {
  assert.deepEqual(Object.entries(text({ filter: { $ne: 1 } }, 'filter')), [['filter', undefined]])
  assert.deepEqual(Object.entries(number({ offset: '-1' }, 'offset')), [['offset', undefined]])
  assert.deepEqual(Object.entries(oneOf({ tab: '' }, 'tab', ['rows'])), [['tab', undefined]])
})
