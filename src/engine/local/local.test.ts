import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { job, openTestEngine, until } from '../../../test/kit/engine.ts'
import { noSmallDisk, onSmallDisk } from '../../../test/kit/small-disk.ts'
import { identify } from './identity.ts'

const platform = await openTestEngine({
  logBytes: 256 * 1024,
  environment: { PATH: process.env.PATH, PLATFORM_SECRET: 'do not leak' },
})
const { blobs, engine, home, run, wait, readLog } = platform
after(() => platform[Symbol.asyncDispose]())

const logOf = async (result: { log: { digest: string } | null }) =>
  text(await blobs.get(result.log?.digest ?? ''))

test('a job finds its inputs and parameters, and its outputs and log are taken over', async () => {
  const { digest } = await blobs.put(Buffer.from('1,2,3\n'))
  const command = `
    cat "$SLIPWAY_INPUTS/train/day/1.csv"
    echo "$SLIPWAY_PARAMS $SLIPWAY_PARAM_LEARNING_RATE $SLIPWAY_PARAM_NAME $MLFLOW_RUN_ID" > "$SLIPWAY_OUTPUTS/model/params"
    mkdir "$SLIPWAY_OUTPUTS/model/deep" && echo made > "$SLIPWAY_OUTPUTS/model/deep/model.onnx"
    ln -s model.onnx "$SLIPWAY_OUTPUTS/model/deep/link"`
  const result = await run(
    job(command, {
      inputs: { train: [{ path: 'day/1.csv', digest }] },
      outputs: ['model', 'empty'],
      params: { 'learning-rate': 0.1, name: 'a b' },
      env: { MLFLOW_RUN_ID: 'run-1' },
    }),
  )
  assert.equal(result.outcome, 'succeeded', result.message)
  assert.equal(result.exitCode, 0)
  assert.equal(await logOf(result), '1,2,3\n')
  const files = new Map(result.outputs.model?.map((file) => [file.path, file]))
  assert.deepEqual([...files.keys()].sort(), ['deep/link', 'deep/model.onnx', 'params'])
  const params = await text(await blobs.get(files.get('params')?.digest ?? ''))
  assert.equal(params, '{"learning-rate":0.1,"name":"a b"} 0.1 a b run-1\n')
  assert.equal(files.get('deep/link')?.digest, files.get('deep/model.onnx')?.digest)
  assert.ok(result.endedAt >= result.startedAt)
})

test('a job sees nothing of the environment of the platform, and its secrets are not left on disk', async () => {
  const handle = await engine.start(job('env; pwd', { env: { MY_TOKEN: 'hidden' } }))
  const log = await readLog(handle)
  assert.equal(log.includes('PLATFORM_SECRET'), false)
  assert.match(log, /^MY_TOKEN=hidden$/m)
  assert.match(log, /^OMP_NUM_THREADS=1$/m)
  assert.equal(log.match(/^HOME=(.*)$/m)?.[1], log.trim().split('\n').at(-1))
  const directory = join(home, 'jobs', handle.name)
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  for (const name of await readdir(join(directory, 'state'))) {
    assert.equal((await readFile(join(directory, 'state', name), 'utf8')).includes('hidden'), false, name)
  }
})

test('an array is run without a shell', async () => {
  const result = await run(job(['printf', '%s|', '$HOME', 'a b']))
  assert.equal(await logOf(result), '$HOME|a b|')
})

test('inputs cannot be changed through the job', async () => {
  const { digest } = await blobs.put(Buffer.from('kept'))
  const inputs = { data: [{ path: 'file', digest }] }
  // Root may write to any file; then it is to a copy.
  const result = await run(
    job('chmod u+w $SLIPWAY_INPUTS/data/file; echo changed > $SLIPWAY_INPUTS/data/file', { inputs }),
  )
  assert.ok(result.outcome === 'succeeded' || result.outcome === 'failed')
  if (process.getuid?.() === 0) assert.equal((await buffer(await blobs.get(digest))).toString(), 'kept')
})

test('an input that leaves its directory is refused, and nothing is left', async () => {
  const { digest } = await blobs.put(Buffer.from('x'))
  const before = await readdir(join(home, 'jobs'))
  for (const path of ['../out', '/etc/out', 'a/../../out', '.']) {
    const inputs = { data: [{ path, digest }] }
    await assert.rejects(engine.start(job('true', { inputs })), { code: 'invalid_argument' }, path)
  }
  await assert.rejects(engine.start(job('true', { name: '../up' })), { code: 'invalid_argument' })
  await assert.rejects(
    engine.start(job('true', { inputs: { data: [{ path: 'a', digest: 'ab'.repeat(32) }] } })),
    {
      code: 'blob_missing',
    },
  )
  assert.deepEqual(await readdir(join(home, 'jobs')), before)
})

test('a failure says the exit code and how the log ends', async () => {
  const result = await run(
    job('echo first; echo "ValueError: no digits" >/dev/stderr; exit 3', { outputs: ['model'] }),
  )
  assert.equal(result.outcome, 'failed')
  assert.equal(result.exitCode, 3)
  assert.match(result.message, /exit code 3/)
  assert.match(result.message, /ValueError: no digits/)
  assert.deepEqual(result.outputs, {})
})

test('a command that does not exist is a failure that says so', async () => {
  for (const command of ['no-such-command-here', ['no-such-command-here']]) {
    const result = await run(job(command))
    assert.equal(result.outcome, 'failed')
    assert.match(result.message, /not found/)
  }
})

test('a command that hangs is stopped at its time limit', async () => {
  const result = await run(job('echo begun; sleep 1000', { limits: { timeoutMs: 300 } }))
  assert.equal(result.outcome, 'timeout')
  assert.match(result.message, /time limit of 300 ms/)
  assert.ok(result.endedAt.getTime() - result.startedAt.getTime() < 10_000)
})

test('cancelling ends a command that ignores SIGTERM, and its children', async () => {
  const handle = await engine.start(job('trap "" TERM; sleep 1000 & echo $!; while :; do sleep 0.05; done'))
  const child = await until(async () => {
    const log = await readFile(join(home, 'jobs', handle.name, 'job.log'), 'utf8').catch(() => '')
    return /^\d+\n/.test(log) ? Number.parseInt(log, 10) : undefined
  }, 'the child is started')
  assert.ok(identify(child))
  await engine.cancel(handle)
  assert.equal(identify(child), undefined)
  assert.equal((await wait(handle)).outcome, 'cancelled')
  await engine.cancel(handle)
})

test('a command that ends itself on SIGTERM has its grace', async () => {
  const handle = await engine.start(
    job('trap "echo saved; exit 0" TERM; echo ready; while :; do sleep 0.02; done', {
      limits: { graceMs: 20_000 },
    }),
  )
  const directory = join(home, 'jobs', handle.name)
  await until(
    async () =>
      (await readFile(join(directory, 'job.log'), 'utf8').catch(() => '')).includes('ready') || undefined,
    'ready',
  )
  await engine.cancel(handle)
  const result = await wait(handle)
  assert.equal(result.outcome, 'cancelled')
  assert.match(await logOf(result), /^ready\n.*saved\n$/s)
})

test('what a command leaves running ends with it', async () => {
  const result = await run(job('sleep 1000 & setsid sleep 1000 & echo $!'))
  assert.equal(result.outcome, 'succeeded')
  assert.equal(identify(Number.parseInt(await logOf(result), 10)), undefined)
})

test('starting twice is one job', async () => {
  const spec = job('echo once >> $SLIPWAY_OUTPUTS/o/count; sleep 0.2', { outputs: ['o'] })
  const handles = await Promise.all([engine.start(spec), engine.start(spec), engine.start(spec)])
  handles.push(await engine.start(spec))
  const results = await Promise.all(handles.map((handle) => wait(handle)))
  for (const result of results) assert.deepEqual(result, results[0])
  assert.equal(await text(await blobs.get(results[0]?.outputs.o?.[0]?.digest ?? '')), 'once\n')
  assert.deepEqual(await wait(await engine.start(spec)), results[0])
})

test('a huge output is bounded; its beginning and end are kept', async () => {
  const result = await run(
    job('echo begin; head -c 30000000 /dev/zero | tr "\\0" x; echo; echo the end; exit 1'),
  )
  const log = await logOf(result)
  assert.ok(log.length < 257 * 1024, `${log.length} bytes are kept`)
  assert.ok(log.startsWith('begin\n') && log.endsWith('\nthe end\n'))
  assert.match(log, /\[slipway\] \d+ bytes of output are not kept/)
  assert.match(result.message, /the end$/)
})

test('the log can be followed while the job runs, from an offset', async () => {
  const handle = await engine.start(job('echo one; while [ ! -e go ]; do sleep 0.02; done; echo two'))
  let seen = ''
  for await (const bytes of engine.log(handle, { offset: 1, signal: AbortSignal.timeout(20_000) })) {
    seen += Buffer.from(bytes).toString()
    // It is live: the job goes on only when its first line was read.
    if (seen === 'ne\n') await run(job(`touch ${join(home, 'jobs', handle.name, 'work', 'go')}`))
  }
  assert.equal(seen, 'ne\ntwo\n')
})

test('an output that leads out of the job is not taken', async () => {
  const link = await run(job('ln -s /etc/hostname $SLIPWAY_OUTPUTS/o/x', { outputs: ['o'] }))
  assert.equal(link.outcome, 'failed')
  assert.match(link.message, /"o\/x" is a link that leads out/)
  const pipe = await run(job('mkfifo $SLIPWAY_OUTPUTS/o/x', { outputs: ['o'] }))
  assert.match(pipe.message, /"o\/x" is not a file/)
})

test('a job is removed with all that it left, but not while it runs', async () => {
  const handle = await engine.start(job('mkdir d; touch d/f; chmod 500 d; sleep 1000'))
  await assert.rejects(engine.remove(handle), { code: 'wrong_state' })
  await engine.cancel(handle)
  assert.ok((await engine.jobs()).some(({ name }) => name === handle.name))
  await engine.remove(handle)
  assert.equal(
    (await engine.jobs()).some(({ name }) => name === handle.name),
    false,
  )
  assert.equal(existsSync(join(home, 'jobs', handle.name)), false)
  await engine.remove(handle)
  assert.equal((await wait(handle)).outcome, 'lost')
})

test('waiting can be given up', async () => {
  const handle = await engine.start(job('sleep 1000'))
  await assert.rejects(engine.wait(handle, AbortSignal.timeout(50)))
  await engine.cancel(handle)
})

test('a job that fills the disk fails with the reason, and frees it', async (t) => {
  const seen = await onSmallDisk('job')
  if (seen === undefined) return t.skip(noSmallDisk)
  assert.deepEqual(seen, { outcome: 'failed', saysWhy: true, logBegins: true, after: 'succeeded' })
})
