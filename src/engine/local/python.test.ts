import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { job, openTestEngine, until } from '../../../test/kit/engine.ts'
import { findPython } from './python.ts'
import { digestOfEnvironment, prepareEnvironment } from './python-environment.ts'

const platform = await openTestEngine()
const { blobs, engine, home, run, wait } = platform
after(() => platform[Symbol.asyncDispose]())
const scratch = await mkdtemp(join(tmpdir(), 'slipway-python-'))
after(() => rm(scratch, { recursive: true, force: true }))

// Small and without dependencies, so that the tests depend little on the network.
const requirements = 'six==1.16.0\n'
const settings = { home: join(home, 'python'), path: process.env.PATH ?? '', installer: {} }

/** A program that says it is Python of some version. */
async function fakePython(name: string, answer: string): Promise<string> {
  const directory = join(scratch, name)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'python3'), `#!/bin/sh\n${answer}\n`)
  await chmod(join(directory, 'python3'), 0o755)
  return directory
}

test('an environment is built once, also when asked for several times at once', async () => {
  const lines: string[] = []
  const prepare = () => engine.prepareEnvironment(requirements, { onProgress: (line) => lines.push(line) })
  const [first, second] = await Promise.all([prepare(), prepare()])
  assert.deepEqual(first, second)
  assert.deepEqual(first.packages, ['six==1.16.0'])
  assert.equal(lines.filter((line) => line.startsWith('Building the Python')).length, 1, lines.join('\n'))
  assert.ok(lines.some((line) => line.includes('+ six==1.16.0')))
  assert.deepEqual(await prepare(), first)
  const kept = await readdir(join(home, 'python', 'envs', first.digest))
  assert.deepEqual(kept.length, 2, kept.join())
})

test('a job runs in its environment, and says which it was', async () => {
  const result = await run(job('python -c "import six; print(six.__version__)"', { requirements }))
  assert.equal(result.outcome, 'succeeded', result.message)
  assert.equal(await text(await blobs.get(result.log?.digest ?? '')), '1.16.0\n')
  assert.equal(result.environment?.digest, (await engine.prepareEnvironment(requirements)).digest)
  assert.match(result.environment?.lockDigest ?? '', /^[0-9a-f]{64}$/)
})

test('requirements that cannot be had fail the set-up with the message of the installer', async () => {
  const result = await run(job('true', { requirements: 'six==0.0.0.0.1\n' }))
  assert.equal(result.outcome, 'setup_failed')
  assert.match(result.message, /six==0\.0\.0\.0\.1/)
  assert.equal(result.code, 'python_environment')
  const log = await text(await blobs.get(result.log?.digest ?? ''))
  assert.match(log, /\[slipway\] error: No solution found/)
  await assert.rejects(engine.prepareEnvironment('six==0.0.0.0.1\n'), { code: 'python_environment' })
  await assert.rejects(engine.prepareEnvironment('this is ! not a requirement\n'), {
    code: 'python_environment',
  })
})

test('what a killed build left is taken over', async () => {
  const python = await findPython(settings)
  const place = join(settings.home, 'envs', digestOfEnvironment('six==1.15.0', python))
  await mkdir(join(place, '01a1fd17-0238-745c-b2fe-3b5b91fc25cc', 'bin'), { recursive: true })
  // The identity of a process that has ended: this number was started at another time.
  await writeFile(join(place, 'lock'), JSON.stringify({ pid: process.pid, startedAt: '1', bootId: 'x' }))
  const built = await engine.prepareEnvironment('six==1.15.0')
  assert.deepEqual(built.packages, ['six==1.15.0'])
  assert.equal((await readdir(place)).length, 2)
})

test('a build can be cancelled and is limited in time', async () => {
  const slow = await fakePython('slow', 'exec sleep 1000')
  // This "uv" hangs, as one does whose index does not answer.
  await writeFile(join(slow, 'uv'), '#!/bin/sh\n[ "$1" = --version ] || exec sleep 1000\n')
  await chmod(join(slow, 'uv'), 0o755)
  const hanging = { ...settings, found: await findPython(settings), path: `${slow}:${settings.path}` }
  await assert.rejects(prepareEnvironment(hanging, 'six==1.14.0', { timeoutMs: 200 }), {
    code: 'python_environment',
    message: /not ready after/,
  })
  const controller = new AbortController()
  const onProgress = (line: string) => line.startsWith('Building') && controller.abort()
  await assert.rejects(
    prepareEnvironment(hanging, 'six==1.14.0', { onProgress, signal: controller.signal }),
    {
      name: 'AbortError',
    },
  )
})

test('a job is cancelled while its environment is being built', async () => {
  const directory = await fakePython('stuck', 'exec sleep 1000')
  await writeFile(
    join(directory, 'uv'),
    `#!/bin/sh\n[ "$1" = --version ] || { touch ${scratch}/stuck/begun; exec sleep 1000; }\n`,
  )
  await chmod(join(directory, 'uv'), 0o755)
  const real = await findPython(settings)
  await using other = await openTestEngine({
    python: real.path,
    environment: { PATH: `${directory}:${settings.path}` },
  })
  const handle = await other.engine.start(job('true', { requirements: 'six==1.13.0' }))
  await until(async () => (await readdir(directory)).includes('begun') || undefined, 'the build has begun')
  await other.engine.cancel(handle)
  assert.equal((await other.wait(handle)).outcome, 'cancelled')
})

test('without a Python that is new enough, it says what is needed', async () => {
  const none = { ...settings, path: join(scratch, 'empty') }
  await assert.rejects(findPython(none), {
    code: 'python_missing',
    message: /No Python 3\.10 or later was found on the PATH/,
  })
  const old = await fakePython('old', `echo '["/usr/bin/python3", [3, 8, 1]]'`)
  await assert.rejects(findPython({ ...settings, path: old }), { code: 'python_missing', message: /3\.8\.1/ })
  await assert.rejects(findPython({ ...settings, command: '/no/such/python' }), {
    code: 'python_missing',
    message: /SLIPWAY_PYTHON/,
  })
  await using other = await openTestEngine({ python: '/no/such/python' })
  const result = await other.run(job('true', { requirements }))
  assert.equal(result.outcome, 'setup_failed')
  assert.equal(result.code, 'python_missing')
})

test('comments and line ends make no other environment; a package does', async () => {
  const python = { path: '/usr/bin/python3', version: '3.12.1' }
  const digest = digestOfEnvironment('six\nonnx==1.2 # exact\n', python)
  assert.equal(digestOfEnvironment('# mine\r\nsix\r\n\r\nonnx==1.2', python), digest)
  assert.notEqual(digestOfEnvironment('six\nonnx==1.3', python), digest)
  assert.notEqual(digestOfEnvironment('six\nonnx==1.2', { ...python, version: '3.12.2' }), digest)
})

test('a job in a built environment needs no second set-up', async () => {
  const handle = await engine.start(job('python -c "import sys; print(sys.prefix)"', { requirements }))
  const result = await wait(handle)
  assert.doesNotMatch(await text(await blobs.get(result.log?.digest ?? '')), /Building/)
})
