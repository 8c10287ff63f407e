import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, nearest } from './nearest.ts'

const words = ['runs', 'data', 'models', 'deployments', 'status']

test('finds the word that was meant', () => {
  assert.equal(nearest('rusn', words), 'runs')
  assert.equal(nearest('deploymets', words), 'deployments')
  assert.equal(nearest('Stauts', words), 'status')
  assert.equal(didYouMean('model', words), ' Did you mean `models`?')
})

test('suggests nothing for a word like none', () => {
  assert.equal(nearest('kubernetes', words), undefined)
  assert.equal(nearest('x', words), undefined)
  assert.equal(didYouMean('', words), '')
})
