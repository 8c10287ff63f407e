import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLogFile } from './log-file.ts'

const directory = await mkdtemp(join(tmpdir(), 'slipway-log-'))
after(() => rm(directory, { recursive: true, force: true }))

test('a log within its bound is kept as it is', async () => {
  const path = join(directory, 'short')
  const log = openLogFile(path, 100_000)
  for (let i = 0; i < 5000; i++) log.write(Buffer.from('x'))
  log.close()
  assert.equal(await readFile(path, 'utf8'), 'x'.repeat(5000))
})

test('of a log beyond it, the middle goes, and it says how much', async () => {
  const path = join(directory, 'long')
  const log = openLogFile(path, 65_536 + 1000)
  let whole = ''
  for (let i = 0; i < 40_000; i++) {
    const line = `line ${i}\n`
    whole += line
    log.write(Buffer.from(line))
  }
  log.close()
  const kept = await readFile(path, 'utf8')
  const [, head = '', count, tail = ''] =
    /^(.*)\n\[slipway\] (\d+) bytes of output are not kept; the end follows\.\n(.*)$/s.exec(kept) ?? []
  assert.ok(whole.startsWith(head) && head.length === 1000)
  assert.ok(whole.endsWith(tail) && tail.length === 65_536)
  assert.equal(head.length + Number(count) + tail.length, whole.length)
})

test('just beyond the bound nothing is lost or doubled', async () => {
  const path = join(directory, 'edge')
  const log = openLogFile(path, 65_536 + 10)
  log.write(Buffer.from('0123456789ab'))
  log.close()
  assert.equal(await readFile(path, 'utf8'), '0123456789ab')
})

test('last lines are free of what would act on a terminal', () => {
  const log = openLogFile(join(directory, 'escapes'), 100_000)
  log.write(Buffer.from('first\n\u001b[31mred\u001b[0m\u0007\n\n  \nlast\u0000\n'))
  assert.deepEqual(log.lastLines(2), ['red', 'last'])
  log.close()
})
