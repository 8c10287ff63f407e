import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, bytes, duration, metrics, number } from './format.ts'
import { facts, table } from './table.ts'
import { state } from './terminal.ts'

const plain = { width: Number.POSITIVE_INFINITY, colour: false }
const rows = [
  { name: 'digit-reader', count: 7, text: 'a sentence that goes on for quite a while' },
  { name: 'x', count: 1234, text: null },
]
const columns = [
  { title: 'NAME', value: (row: (typeof rows)[number]) => row.name },
  { title: 'COUNT', value: (row: (typeof rows)[number]) => row.count },
  { title: 'TEXT', value: (row: (typeof rows)[number]) => row.text, flexible: true },
]

test('aligns columns, numbers to the right', () => {
  assert.equal(
    table(plain, rows, columns),
    'NAME          COUNT  TEXT\ndigit-reader      7  a sentence that goes on for quite a while\nx              1234  –\n',
  )
})

test('fits the terminal by cutting what may be cut first', () => {
  const lines = table({ width: 40, colour: false }, rows, columns).split('\n')
  assert.ok(lines.every((line) => line.length <= 40))
  assert.match(lines[1] ?? '', /^digit-reader {6}7 {2}a sentence that go…$/)
})

test('names cannot move the cursor, colours of our own can stay', () => {
  const coloured = { width: Number.POSITIVE_INFINITY, colour: true }
  const evil = [{ name: 'a\u001b[2Jb\r\nc\u009b1m' }]
  const shown = table(coloured, evil, [{ title: '', value: ({ name }) => name }])
  for (const harm of ['\u001b[2J', '\r', '\u009b']) assert.ok(!shown.includes(harm))
  const own = table(coloured, evil, [{ title: '', value: () => state(coloured, 'failed') }])
  assert.ok(own.includes('\u001b[31mfailed\u001b[0m'))
})

test('says when there is nothing', () => {
  assert.equal(table(plain, [], columns, 'No lines yet.'), 'No lines yet.\n')
  assert.equal(
    facts(plain, [
      ['a', 1],
      ['longer', null],
      ['b', 'x'],
    ]),
    'a  1\nb  x\n',
  )
})

test('formats as people read', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  assert.equal(ago('2025-12-31T23:57:00Z', now), '3m ago')
  assert.equal(ago('2026-01-03T00:00:00Z', now), 'in 2d')
  assert.deepEqual([duration(850), duration(61_000), duration(3 * 86_400_000)], ['850ms', '1m', '3d'])
  assert.deepEqual(
    [bytes(0), bytes(1023), bytes(1536), bytes(5 * 2 ** 30)],
    ['0 B', '1023 B', '1.5 KiB', '5.0 GiB'],
  )
  assert.deepEqual([number(2.2e-16), number(0)], ['2.20e-16', '0'])
  assert.deepEqual([number(0.98765432), number(1234567), number(null)], ['0.98765', '1,234,600', undefined])
  assert.equal(metrics({ accuracy: 0.5, loss: { value: 'NaN' } }), 'accuracy=0.5 loss=NaN')
})
