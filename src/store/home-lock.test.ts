import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { identify } from '../base/process.ts'
import { lockHome } from './home-lock.ts'

async function makeHome() {
  const path = await mkdtemp(join(tmpdir(), 'slipway-lock-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('a second program is refused while the first one runs, and let in afterwards', async () => {
  await using home = await makeHome()
  const first = await lockHome(home.path)
  await assert.rejects(lockHome(home.path), { code: 'home_in_use' })
  await first[Symbol.asyncDispose]()
  await using _second = await lockHome(home.path)
})

test('the lock of a killed process is free at once', async () => {
  await using home = await makeHome()
  const program = `const { lockHome } = await import(${JSON.stringify(new URL('./home-lock.ts', import.meta.url).href)})
    await lockHome(${JSON.stringify(home.path)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  await assert.rejects(lockHome(home.path), { code: 'home_in_use' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using _lock = await lockHome(home.path)
})

test('a lock is stale when its pid belongs to another process now, or the machine has restarted', async () => {
  const own = identify()
  assert.ok(own)
  for (const stale of [
    { ...own, start: '1' },
    { ...own, boot: 'another' },
  ]) {
    await using home = await makeHome()
    await writeFile(join(home.path, 'lock.7'), JSON.stringify(stale))
    await using _lock = await lockHome(home.path)
    assert.deepEqual(await readdir(home.path), ['lock.8'])
  }
})

test('of many that find the same dead holder, exactly one gets the lock', async () => {
  await using home = await makeHome()
  await writeFile(join(home.path, 'lock.1'), JSON.stringify({ ...identify(), start: '1' }))
  const results = await Promise.allSettled(Array.from({ length: 30 }, () => lockHome(home.path)))
  const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.equal(held.length, 1)
  await held[0]?.[Symbol.asyncDispose]()
})
