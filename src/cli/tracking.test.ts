import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type MlflowServer, startMlflowServer } from '../../test/contract/mlflow/server.ts'
import { type Local, runCli } from './run.ts'

const never = new AbortController().signal
const nothing = async () => 0
const local: Local = {
  settings: [],
  up: nothing,
  serve: nothing,
  worker: nothing,
  modelServer: nothing,
  doctor: nothing,
  backup: nothing,
  restore: nothing,
  quickstart: nothing,
}

let server: MlflowServer
let home: string
before(async () => {
  server = await startMlflowServer()
  home = mkdtempSync(join(tmpdir(), 'slipway-cli-'))
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

async function slipway(...words: string[]) {
  const screen = { out: '', err: '' }
  const code = await runCli(words, {
    local,
    version: '1.2.3',
    signal: never,
    terminal: {
      write: (text) => {
        screen.out += String(text)
      },
      warn: (text) => {
        screen.err += text
      },
      read: async () => '',
      environment: { SLIPWAY_HOME: home, SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token },
      directory: home,
      width: 100,
      colour: false,
      interactive: false,
    },
  })
  assert.equal(code, 0, screen.err)
  return screen.out
}

async function mlflow<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as T
}

async function newRun(name: string, lr: string): Promise<string> {
  const { run } = await mlflow<{ run: { info: { run_id: string } } }>('runs/create', {
    experiment_id: '0',
    run_name: name,
  })
  const run_id = run.info.run_id
  const params = [
    { key: 'lr', value: lr },
    { key: 'seed', value: '1' },
  ]
  const metrics = [{ key: 'acc', value: Number(lr) * 2, timestamp: 1, step: 1 }]
  await mlflow('runs/log-batch', { run_id, params, metrics })
  return run_id
}

test('`ls` lists, as `list` does', async () => {
  await newRun('listed', '0.1')
  assert.match(await slipway('runs', 'ls'), /listed/)
  assert.equal(await slipway('runs', 'ls', '--json'), await slipway('runs', 'list', '--json'))
})

test('runs are compared by what differs', async () => {
  const [a, b, c] = [await newRun('one', '0.1'), await newRun('two', '0.2'), await newRun('three', '0.3')]
  const shown = await slipway('runs', 'compare', a, b, '--with', c)
  assert.match(shown, /KEY +one +two +three/)
  assert.match(shown, /param +lr +0\.1 +0\.2 +0\.3/)
  assert.match(shown, /metric +acc +0\.2 +0\.4 +0\.6/)
  assert.doesNotMatch(shown, /seed/)
  assert.match(await slipway('runs', 'compare', a, b, '--all'), /param +seed +1 +1/)
})

test('a run is watched until it ends', async () => {
  const run_id = await newRun('watched', '0.5')
  const watching = slipway('runs', 'watch', run_id)
  await mlflow('runs/log-metric', { run_id, key: 'loss', value: 0.25, timestamp: 2, step: 7 })
  await mlflow('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() })
  const shown = await watching
  assert.match(shown, /^watched {2}\w+$/m)
  assert.match(shown, /step 7 .*loss=0\.25/)
  assert.match(shown, /^watched finished after /m)
})

test('a version is promoted, and rolled back', async () => {
  await mlflow('registered-models/create', { name: 'digits' })
  for (let version = 1; version <= 2; version++) {
    await mlflow('model-versions/create', { name: 'digits', source: 's3://bucket/model' })
  }
  assert.match(await slipway('models', 'promote', 'digits', '1'), /^digits@champion is v1\./)
  assert.match(await slipway('models', 'promote', 'digits'), /^digits@champion is v2\./)
  assert.match(await slipway('models', 'rollback', 'digits'), /^digits@champion is v1 again/)
  assert.match(await slipway('models', 'ls'), /digits .*champion=1/)
})
