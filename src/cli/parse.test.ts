import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, command } from './command.ts'
import { findCommand, parse } from './parse.ts'
import { UsageError } from './usage.ts'

const noop = async () => ({ exit: 0 })
const list = command({
  name: 'runs list',
  summary: '',
  options: { limit: { summary: '', value: 'N', integer: true } },
  run: noop,
})
const show = command({
  name: 'runs show',
  summary: '',
  arguments: [
    { name: 'run', summary: 'id of the run' },
    { name: 'more', summary: '', optional: true },
  ],
  options: {
    follow: { summary: '', short: 'f' },
    tag: { summary: '', value: 'TAG', many: true },
    mode: { summary: '', value: 'MODE', choices: ['append', 'replace'] },
    why: { summary: '', value: 'TEXT', required: true },
  },
  run: noop,
})
const status = command({ name: 'status', summary: '', run: noop })
const all: Command[] = [list, show, status]

const wrong = (run: () => unknown, says: RegExp) =>
  assert.throws(run, (thrown) => thrown instanceof UsageError && says.test(thrown.message))

test('finds commands by noun and verb; a noun alone means its first', () => {
  assert.deepEqual(findCommand(all, ['runs', 'show', 'x']), { command: show, rest: ['x'] })
  assert.deepEqual(findCommand(all, ['runs']), { command: list, rest: [] })
  assert.deepEqual(findCommand(all, ['runs', '--limit', '3']), { command: list, rest: ['--limit', '3'] })
  assert.deepEqual(findCommand(all, ['status', 'x']), { command: status, rest: ['x'] })
  assert.deepEqual(findCommand(all, ['runs', '--help']), { noun: 'runs' })
  assert.equal(findCommand(all, ['--help']), undefined)
})

test('suggests what was meant', () => {
  wrong(() => findCommand(all, ['rnus', 'list']), /no command `rnus`. Did you mean `runs`\?/)
  wrong(() => findCommand(all, ['runs', 'shwo']), /has no `shwo`. Did you mean `show`\?/)
  wrong(() => findCommand(all, ['zebra']), /no command `zebra`\.$/)
  wrong(() => parse(list, ['--limt', '3']), /no option `--limt`. Did you mean `--limit`\?/)
  wrong(
    () => parse(show, ['r', '--why', 'x', '--mode', 'apend']),
    /must be one of append, replace. Did you mean `append`\?/,
  )
})

test('takes words apart by the declaration', () => {
  const parsed = parse(show, [
    '-f',
    'r1',
    '--tag=a=b',
    '--tag',
    'c',
    '--why',
    'because',
    '--json',
    '-p',
    'mine',
    '--',
    '--odd',
  ])
  assert.deepEqual(parsed.arguments, { run: 'r1', more: '--odd' })
  assert.deepEqual(parsed.options, { follow: true, tag: ['a=b', 'c'], mode: undefined, why: 'because' })
  assert.deepEqual(parsed.globals, { json: true, help: false, project: 'mine' })
})

test('refuses what is missing, too much or of the wrong kind', () => {
  wrong(() => parse(show, ['--why', 'x']), /<run> is missing: id of the run/)
  wrong(() => parse(show, ['a', 'b', 'c', '--why', 'x']), /`c` is one word too many/)
  wrong(() => parse(show, ['a']), /`--why` is missing/)
  wrong(() => parse(show, ['a', '--why']), /`--why` needs a value/)
  wrong(() => parse(list, ['--limit', 'ten']), /must be a whole number/)
  wrong(() => parse(show, ['a', '--why', 'x', '--follow=maybe']), /takes no value/)
  assert.equal(parse(show, ['--help']).globals.help, true, 'help asks for nothing')
})
