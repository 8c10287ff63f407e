import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { job, openTestEngine, until } from '../../../test/kit/engine.ts'
import type { JobHandle, JobSpec } from '../engine.ts'
import { identify, isAlive, type ProcessIdentity } from './identity.ts'

const platform = await openTestEngine()
const { blobs, engine, home, run, wait } = platform
after(() => platform[Symbol.asyncDispose]())

const program = join(import.meta.dirname, '../../../test/kit/start-job.ts')
const directoryOf = (handle: JobHandle) => join(home, 'jobs', handle.name)

/** Starts a job from a platform process of its own, which is then killed with its whole process group. */
async function startAndDie(spec: JobSpec): Promise<JobHandle> {
  const dying = spawn(process.execPath, [program, JSON.stringify({ home, spec })], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(dying.stdout, 'data')
  const ended = once(dying, 'exit')
  process.kill(-(dying.pid ?? 0), 'SIGKILL')
  await ended
  return JSON.parse(String(line)) as JobHandle
}

/** Allocates in a grandchild that has left parent, group and session, once the file `go` is there. */
const hog = `
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('pid.tmp', 'w').write(str(os.getpid()))
        os.rename('pid.tmp', 'pid')
        while not os.path.exists('go'): time.sleep(0.01)
        blocks = []
        while True:
            blocks.append(b'x' * (4 << 20))
            time.sleep(0.002)
    os._exit(0)
os.wait()
time.sleep(1000)
`
const hogJob = () => job(['python3', '-c', hog], { limits: { memoryBytes: 200 * 2 ** 20 } })

test('a job that allocates in a grandchild is stopped at its memory limit', async () => {
  const handle = await engine.start(hogJob())
  await writeFile(join(directoryOf(handle), 'work', 'go'), '')
  const result = await wait(handle)
  assert.equal(result.outcome, 'out_of_memory', result.message)
  assert.match(result.message, /memory limit of 200 MiB: its processes together used 2\d\d MiB/)
  const peak = result.usage.peakBytes ?? 0
  assert.ok(peak > 200 * 2 ** 20 && peak < 300 * 2 ** 20, `${peak} bytes`)
})

test('also while the platform is dead, and the next one finds out', async () => {
  const handle = await startAndDie(hogJob())
  const directory = directoryOf(handle)
  const pid = await until(async () => {
    const content = await readFile(join(directory, 'work', 'pid'), 'utf8').catch(() => undefined)
    return content === undefined ? undefined : Number(content)
  }, 'the grandchild runs')
  const grandchild = identify(pid)
  assert.ok(grandchild)
  await writeFile(join(directory, 'work', 'go'), '')
  await until(
    () => existsSync(join(directory, 'state', 'ending.json')) || undefined,
    'the wrapper ends the job',
  )
  assert.equal(isAlive(grandchild), false)
  const result = await wait(handle)
  assert.equal(result.outcome, 'out_of_memory', result.message)
})

test('memory that processes share counts once', async () => {
  const sharing = `
import os, time
block = bytearray(os.urandom(1 << 20)) * 60
for i in range(6):
    if os.fork() == 0:
        time.sleep(0.6)
        os._exit(0)
for i in range(6): os.wait()
`
  const result = await run(job(['python3', '-c', sharing], { limits: { memoryBytes: 200 * 2 ** 20 } }))
  assert.equal(result.outcome, 'succeeded', result.message)
})

test('a job whose environment was cleaned still belongs to its job', async () => {
  const command = 'env -i setsid sleep 1000 & echo $! > pid; sleep 0.5'
  const handle = await engine.start(job(command))
  const result = await wait(handle)
  assert.equal(result.outcome, 'succeeded')
  const pid = Number(await readFile(join(directoryOf(handle), 'work', 'pid'), 'utf8'))
  assert.equal(identify(pid), undefined)
})

test('a job that ends while no platform is there is taken over by the next one', async () => {
  const spec = job('while [ ! -e go ]; do sleep 0.02; done; echo done > $SLIPWAY_OUTPUTS/o/x', {
    outputs: ['o'],
  })
  const handle = await startAndDie(spec)
  await writeFile(join(directoryOf(handle), 'work', 'go'), '')
  await until(() => existsSync(join(directoryOf(handle), 'state', 'ending.json')) || undefined, 'it ends')
  const result = await wait(handle)
  assert.equal(result.outcome, 'succeeded', result.message)
  assert.equal(await text(await blobs.get(result.outputs.o?.[0]?.digest ?? '')), 'done\n')
})

test('a job that still runs is adopted: waited for, logged and not started again', async () => {
  const spec = job('echo started; while [ ! -e go ]; do sleep 0.02; done; echo ended')
  const handle = await startAndDie(spec)
  const again = await engine.start(spec)
  const waiting = wait(again)
  await writeFile(join(directoryOf(handle), 'work', 'go'), '')
  const result = await waiting
  assert.equal(result.outcome, 'succeeded', result.message)
  assert.equal(await text(await blobs.get(result.log?.digest ?? '')), 'started\nended\n')
})

test('a job whose wrapper was killed is lost, and nothing of it goes on', async () => {
  const handle = await engine.start(job('setsid sleep 1000 & echo $! > pid; echo ready > pid2; sleep 1000'))
  const directory = directoryOf(handle)
  await until(() => existsSync(join(directory, 'work', 'pid2')) || undefined, 'it runs')
  const pid = Number(await readFile(join(directory, 'work', 'pid'), 'utf8'))
  const wrapper = JSON.parse(
    await readFile(join(directory, 'state', 'wrapper.json'), 'utf8'),
  ) as ProcessIdentity
  process.kill(wrapper.pid, 'SIGKILL')
  const result = await wait(handle)
  assert.equal(result.outcome, 'lost')
  assert.match(result.message, /lost/)
  assert.equal(identify(pid), undefined)
  assert.deepEqual(await wait(handle), result)
  await engine.remove(handle)
})

test('a start that broke off before the wrapper claimed the job is completed by the next', async () => {
  // What a platform leaves that dies between making the directory and starting the wrapper.
  const spec = job('echo ran')
  const { stage } = await import('./stage.ts')
  const python = { home: join(home, 'python'), path: '', installer: {} }
  const staging = {
    blobs,
    jobs: join(home, 'jobs'),
    logBytes: 1e6,
    setupTimeoutMs: 1e5,
    python,
    path: '/bin:/usr/bin',
  }
  await stage(spec, staging)
  assert.equal((await run(spec)).outcome, 'succeeded')
})

test('SIGTERM to the wrapper, as from a service manager that stops the platform, does not end the job', async () => {
  const handle = await engine.start(job('while [ ! -e go ]; do sleep 0.02; done'))
  const wrapper = JSON.parse(
    await readFile(join(directoryOf(handle), 'state', 'wrapper.json'), 'utf8'),
  ) as ProcessIdentity
  process.kill(wrapper.pid, 'SIGTERM')
  await writeFile(join(directoryOf(handle), 'work', 'go'), '')
  assert.equal((await wait(handle)).outcome, 'succeeded')
})

test('a wrapper ends with its job, also when its directory is removed at once or while it runs', async () => {
  const wrapperOf = async (handle: JobHandle) =>
    JSON.parse(await readFile(join(directoryOf(handle), 'state', 'wrapper.json'), 'utf8')) as ProcessIdentity
  const wrappers: ProcessIdentity[] = []
  for (let i = 0; i < 5; i++) {
    const handle = await engine.start(job('true'))
    wrappers.push(await wrapperOf(handle))
    await wait(handle)
    await engine.remove(handle)
  }
  const tooLong = await engine.start(job('true', { env: { LONG: 'x'.repeat(300_000) } }))
  wrappers.push(await wrapperOf(tooLong))
  assert.equal((await wait(tooLong)).outcome, 'setup_failed')
  const running = await engine.start(job('touch begun; sleep 1000'))
  wrappers.push(await wrapperOf(running))
  await until(() => existsSync(join(directoryOf(running), 'work', 'begun')) || undefined, 'it runs')
  await rm(directoryOf(running), { recursive: true })
  await until(() => !wrappers.some(isAlive) || undefined, 'all wrappers have ended')
})
