import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type MlflowServer, startMlflowServer } from '../../test/contract/mlflow/server.ts'
import { type Local, runCli } from './run.ts'

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
  home = mkdtempSync(join(tmpdir(), 'slipway-cli-artifacts-'))
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
    signal: new AbortController().signal,
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
      width: 120,
      colour: false,
      interactive: false,
    },
  })
  return { code, ...screen }
}

test('files go there and back, and are verified', async () => {
  const of = `runs/${await server.newRun()}`
  mkdirSync(join(home, 'out/deep'), { recursive: true })
  writeFileSync(join(home, 'out/a.txt'), 'first')
  writeFileSync(join(home, 'out/deep/b.txt'), 'second')
  assert.match((await slipway('artifacts', 'put', of, 'out', 'all')).out, /Stored 2 files/)
  assert.match((await slipway('artifacts', 'ls', of, 'all')).out, /all\/a\.txt[\s\S]*all\/deep\//)
  assert.match((await slipway('artifacts', 'get', of, '-o', 'back')).out, /Got 2 files/)
  assert.equal(readFileSync(join(home, 'back/all/deep/b.txt'), 'utf8'), 'second')
  assert.match((await slipway('artifacts', 'get', of, 'all/a.txt', '-o', 'one')).out, /Got 1 files/)
  const verified = await slipway('artifacts', 'verify', of)
  assert.deepEqual([verified.code, verified.out.match(/ ok/g)?.length], [0, 2])
  assert.notEqual((await slipway('artifacts', 'get', of, 'none')).code, 0)
})
