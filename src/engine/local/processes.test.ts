import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { identify, isAlive } from './identity.ts'
import { parseStat, readProcesses, readPs } from './processes.ts'

test('a process whose name holds spaces and parentheses is read', () => {
  const rest = '1 2 3 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 987654 1000 25 0'
  assert.deepEqual(parseStat(7, `7 (a) b (c) S ${rest}`), {
    pid: 7,
    state: 'S',
    parent: 1,
    group: 2,
    session: 3,
    startedAt: '987654',
    residentBytes: 25 * 4096,
  })
})

test('a process is told from a later one of the same number', async () => {
  const child = spawn('sleep', ['1000'])
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  assert.ok(identity)
  assert.equal(isAlive(identity), true)
  assert.equal(isAlive({ ...identity, startedAt: '1' }), false)
  assert.equal(isAlive({ ...identity, bootId: 'another' }), false)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  assert.equal(isAlive(identity), false)
})

test('both ways of reading processes agree', async () => {
  const child = spawn('sleep', ['1000'], { detached: true, env: { MARK: 'of-this-test' } })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  for (const table of [readProcesses(), readPs()]) {
    const entry = table.entry(pid)
    assert.equal(entry?.parent, process.pid)
    assert.equal(entry?.group, pid)
    assert.ok((entry?.residentBytes ?? 0) > 100_000 && (entry?.residentBytes ?? 0) < 10_000_000)
    assert.equal(table.hasMark(pid, 'MARK=of-this-test'), true)
    assert.equal(table.hasMark(pid, 'MARK=of-another'), false)
    assert.ok(table.pids.includes(pid))
  }
  child.kill('SIGKILL')
})
