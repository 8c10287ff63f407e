import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type MlflowServer, startMlflowServer } from '../contract/mlflow/server.ts'
import { copyToPostgres } from '../contract/move/postgres.ts'
import { installMlflow, type OriginalServer, startOriginal } from '../kit/mlflow-server.ts'
import { slipway } from '../kit/program.ts'
import { newDatabase } from '../kit/server.ts'
import { until } from '../kit/until.ts'

const scripts = join(import.meta.dirname, '..', 'contract', 'move')
let directory: string
let python: string
let original: OriginalServer
let expected: Dump
/** Filled from the live server by the first test, and read by those that follow. */
let live: MlflowServer

/** What MLflow's own client sees of a server. */
type Dump = Record<string, Record<string, unknown>>
type Target = Pick<MlflowServer, 'url' | 'token'>

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-import-'))
  live = await startMlflowServer()
  python = join(await installMlflow(), 'python')
  original = await startOriginal(directory)
  await script('fill.py', { MLFLOW_TRACKING_URI: original.url })
  expected = await dump({ url: original.url, token: '' })
  assert.ok(Object.keys(expected.runs ?? {}).length >= 46)
})
after(async () => {
  await original?.[Symbol.asyncDispose]()
  await live?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

async function script(name: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(python, [join(scripts, name)], {
    env: {
      ...process.env,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      PYTHONWARNINGS: 'ignore',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  assert.equal(code, 0, errors)
  return answer
}

async function dump({ url, token }: Target): Promise<Dump> {
  const environment = { MLFLOW_TRACKING_URI: url, ...(token === '' ? {} : { MLFLOW_TRACKING_TOKEN: token }) }
  return JSON.parse(await script('dump.py', environment)) as Dump
}

function start(target: Target, words: readonly string[]): ChildProcess {
  const [program, ...first] = slipway
  return spawn(program, [...first, ...words, '--json'], {
    cwd: directory,
    env: { ...process.env, SLIPWAY_URL: target.url, SLIPWAY_TOKEN: target.token, SLIPWAY_HOME: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

interface Report {
  readonly counts: Record<string, number>
  readonly moved: readonly { from: string; to: string }[]
  readonly failures: readonly string[]
  readonly differences: readonly string[]
}

async function run(target: Target, ...words: string[]): Promise<Report> {
  const child = start(target, words)
  assert.ok(child.stdout && child.stderr)
  const ended = once(child, 'exit')
  const [answer, errors] = await Promise.all([json(child.stdout).catch(() => ({})), text(child.stderr)])
  const [code] = await ended
  assert.equal(code, 0, `${JSON.stringify(answer)}\n${errors}`)
  return answer as Report
}

/** One part at a time, so that a difference is seen at once. */
function same(actual: Dump, wanted: Dump): void {
  for (const [part, things] of Object.entries(wanted)) {
    for (const [id, thing] of Object.entries(things))
      assert.deepEqual(actual[part]?.[id], thing, `${part} ${id}`)
    assert.deepEqual(Object.keys(actual[part] ?? {}).sort(), Object.keys(things).sort(), part)
  }
}

test('an import that is killed goes on: the client sees no difference, a second time nothing is copied', async () => {
  for (const least of [3, 20]) {
    const child = start(live, ['import', 'mlflow', original.url])
    const ended = once(child, 'exit')
    await until('some runs were copied', async () => {
      const row = await live.store.read
        .selectFrom('import_items')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('kind', '=', 'run')
        .executeTakeFirstOrThrow()
      return Number(row.count) >= least || child.exitCode !== null
    })
    child.kill('SIGKILL')
    const [code] = await ended
    assert.equal(code, null, 'it was killed before it had ended')
  }
  const report = await run(live, 'import', 'mlflow', original.url)
  // Runs that go on are always looked at again.
  assert.ok((report.counts.unchanged ?? 0) >= 17, JSON.stringify(report.counts))
  assert.deepEqual(report.failures, [])
  assert.deepEqual(report.moved, [])
  same(await dump(live), expected)
  const again = await run(live, 'import', 'mlflow', original.url)
  assert.equal(again.counts.runs, 3, 'only runs that go on')
  assert.equal(again.counts.files, undefined)
  assert.deepEqual((await run(live, 'import', 'mlflow', original.url, '--verify')).differences, [])
})

test('an archive carries everything from one platform to another', async () => {
  const file = join(directory, 'tracked.tar')
  await run(live, 'export', file)
  await using second = await startMlflowServer()
  await run(second, 'import', file)
  same(await dump(second), expected)
})

test('verification finds what was changed', async () => {
  await live.store.housekeep(async (tx) => {
    await tx.db.deleteFrom('run_params').where('key', '=', 'lr').execute()
    await tx.db.deleteFrom('artifact_files').where('path', 'like', '%big.bin').execute()
  })
  const child = start(live, ['import', 'mlflow', original.url, '--verify'])
  assert.ok(child.stdout)
  const ended = once(child, 'exit')
  const { differences } = (await json(child.stdout)) as Report
  assert.deepEqual((await ended)[0], 1)
  assert.match(differences.join(), /^run [0-9a-f]{32} differs in params, files$/)
})

test("the server's own SQLite file is copied without the server", async () => {
  await using target = await startMlflowServer()
  const uri = `sqlite:///${join(directory, 'mlflow.db')}`
  const report = await run(target, 'import', 'mlflow', uri)
  assert.deepEqual(report.failures, [])
  same(await dump(target), expected)
  assert.deepEqual((await run(target, 'import', 'mlflow', uri, '--verify')).differences, [])
  // A number that was given once is not given again, though its version is gone.
  const { last_version } = await target.store.read
    .selectFrom('registered_models')
    .select('last_version')
    .where('name', '=', 'net')
    .executeTakeFirstOrThrow()
  assert.equal(last_version, 4)
})

test("the tables of a server's PostgreSQL are copied without the server", async () => {
  const url = await newDatabase()
  await copyToPostgres(join(directory, 'mlflow.db'), url)
  await using target = await startMlflowServer()
  const words = ['import', 'mlflow', url, '--artifacts', join(directory, 'mlartifacts')]
  assert.deepEqual((await run(target, ...words)).failures, [])
  assert.deepEqual((await run(target, ...words, '--verify')).differences, [])
})

test('numbers of experiments that are taken are replaced, and the report says so', async () => {
  await using target = await startMlflowServer()
  const headers = { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' }
  const post = async (path: string, body: object) => {
    const sent = { method: 'POST', headers, body: JSON.stringify(body) }
    return await (await fetch(`${target.url}/api/2.0/mlflow/${path}`, sent)).json()
  }
  assert.deepEqual(await post('experiments/create', { name: 'vision ✓' }), { experiment_id: '1' })
  const report = await run(target, 'import', 'mlflow', original.url)
  const moves = report.moved.map(({ from, to }) => [from, to])
  assert.equal(moves[0]?.[0], '1')
  const { experiments } = (await post('experiments/search', { max_results: 100, view_type: 'ALL' })) as {
    experiments: { experiment_id: string; name: string }[]
  }
  const nameOf = (id: string | undefined) => experiments.find((one) => one.experiment_id === id)?.name
  assert.equal(nameOf('1'), 'vision ✓')
  assert.equal(nameOf(moves[0]?.[1]), 'gone')
  assert.equal(nameOf('3'), 'vision ✓ (imported 3)')
  assert.equal(report.counts.runs, Object.keys(expected.runs ?? {}).length)
})
