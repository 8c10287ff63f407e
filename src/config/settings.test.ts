import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Setting, settings } from './settings.ts'

test('docs/operating.md lists every setting as it is, and no others', () => {
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  const listed = text.split('\n').filter((line) => line.startsWith('| `SLIPWAY_'))
  const known = Object.values(settings).map(({ env, option, help }: Setting) => {
    return `| \`${env}\` | ${option === undefined ? '–' : `\`${option}\``} | ${help} |`
  })
  assert.deepEqual(listed, known)
})
