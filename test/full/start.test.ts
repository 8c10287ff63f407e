import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts, slipway } from '../kit/program.ts'

const rounds = 5
const patienceMs = 30_000

/** From the command until `/health` answers 200, on an empty directory, in ms; then SIGTERM, which must end it well. */
async function start(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-start-'))
  const [port = 0] = await freePorts(1)
  const [command, ...words] = slipway
  const options = ['--port', String(port), '--home', home, '--artifact-root', `file://${home}/files`]
  const begun = performance.now()
  const child = spawn(command, [...words, 'up', ...options, '--insecure-no-auth'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  while (!(await isHealthy(port))) {
    assert.ok(performance.now() - begun < patienceMs, 'it did not start')
    await delay(5)
  }
  const took = performance.now() - begun
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
  await rm(home, { recursive: true })
  return took
}

async function isHealthy(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

test('an empty directory is a platform within two seconds', async (t) => {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) times.push(await start())
  const median = times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.POSITIVE_INFINITY
  t.diagnostic(`ms: ${times.map((time) => time.toFixed(0)).join(', ')}`)
  assert.ok(median < 2000, `median ${median.toFixed(0)} ms`)
})
