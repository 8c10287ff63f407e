import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideAlert } from './decide.ts'

const rule = { open_after: 2, resolve_after: 3 }

const cases: readonly [newestFirst: string, isOpen: boolean, decision: string][] = [
  ['', false, 'nothing'],
  ['b', false, 'nothing'],
  ['bb', false, 'open'],
  ['bgb', false, 'nothing'],
  ['gbb', false, 'nothing'],
  ['bbg', false, 'open'],
  ['bb', true, 'nothing'],
  ['gg', true, 'nothing'],
  ['ggg', true, 'resolve'],
  ['gggbb', true, 'resolve'],
  ['ggbg', true, 'nothing'],
  ['ggg', false, 'nothing'],
]

for (const [newestFirst, isOpen, decision] of cases) {
  test(`newest first "${newestFirst}", ${isOpen ? 'open' : 'none open'}: ${decision}`, () => {
    const verdicts = [...newestFirst].map((letter) => (letter === 'b' ? 'bad' : 'good'))
    assert.equal(decideAlert(verdicts, rule, isOpen), decision)
  })
}
