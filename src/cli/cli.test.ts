import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../test/kit/http.ts'
import { system } from '../base/principal.ts'
import { readCredentials, saveCredential } from '../client/credentials.ts'
import { listen } from '../http/index.ts'
import { readWhat } from './commands/login.ts'
import { requestOf } from './commands/predict.ts'
import { allCommands, type Local, runCli } from './run.ts'
import type { Terminal } from './terminal.ts'

const never = new AbortController().signal
const calls: unknown[] = []
const handler = async (call: object) => {
  calls.push({ ...call, signal: undefined })
  return 0
}
const local: Local = {
  settings: [
    { option: '--port', help: 'The port.' },
    { option: '--insecure-no-auth', help: 'No login.', flag: true },
  ],
  up: handler,
  serve: handler,
  worker: handler,
  modelServer: handler,
  doctor: handler,
  backup: handler,
  restore: handler,
  quickstart: handler,
}

let t: TestServer
let url: string
let home: string
before(async () => {
  t = await openTestServer()
  url = await listen(t.server, { host: '127.0.0.1', port: 0 })
  home = mkdtempSync(join(tmpdir(), 'slipway-cli-'))
  const token = (await t.as('platform')).authorization.replace('Bearer ', '')
  saveCredential(join(home, 'credentials'), url, { token })
})
after(async () => {
  await t[Symbol.asyncDispose]()
  rmSync(home, { recursive: true })
})

async function slipway(
  words: string,
  options: { environment?: Record<string, string>; input?: string } = {},
) {
  const screen = { out: '', err: '' }
  const terminal: Terminal = {
    write: (text) => {
      screen.out += typeof text === 'string' ? text : Buffer.from(text).toString()
    },
    warn: (text) => {
      screen.err += text
    },
    read: async () => options.input ?? '',
    environment: { SLIPWAY_HOME: home, ...options.environment },
    directory: home,
    width: 100,
    colour: false,
    interactive: false,
  }
  const code = await runCli(
    words.split(' ').filter((word) => word !== ''),
    { local, version: '1.2.3', terminal, signal: never },
  )
  return { ...screen, code }
}

test('help lists every command, and each has its own', async () => {
  const { out, code } = await slipway('--help')
  assert.equal(code, 0)
  for (const { name, hidden } of await allCommands(local)) {
    if (hidden) continue
    assert.match(out, new RegExp(`^ {2}${name.split(' ')[0]}\\b`, 'm'), name)
    const help = await slipway(`${name} --help`)
    assert.equal(help.code, 0)
    assert.match(help.out, new RegExp(`Usage: slipway ${name}`), name)
  }
  assert.equal((await slipway('--version')).out, '1.2.3\n')
})

test('no two commands have one name, every option and argument says what it is', async () => {
  const commands = await allCommands(local)
  assert.equal(new Set(commands.map(({ name }) => name)).size, commands.length)
  for (const { name, hidden, summary, options, arguments: positional } of commands) {
    if (hidden) continue
    assert.match(summary, /^[A-Z].*[^.]$/, name)
    for (const [option, { summary: text }] of Object.entries(options))
      assert.notEqual(text, '', `${name} --${option}`)
    for (const argument of positional) assert.notEqual(argument.summary, '', `${name} <${argument.name}>`)
  }
})

test('what runs here is handed its settings as words', async () => {
  assert.equal((await slipway('up --port 4700 --insecure-no-auth')).code, 0)
  assert.deepEqual(calls.at(-1), { words: ['--port=4700', '--insecure-no-auth'], signal: undefined })
  assert.equal((await slipway('quickstart --exit')).code, 0)
  assert.deepEqual(calls.at(-1), { exit: true, words: [], signal: undefined })
  const typo = await slipway('up --prot 4700')
  assert.deepEqual(
    [typo.code, typo.err],
    [2, 'error: There is no option `--prot`. Did you mean `--port`?\n       See `slipway up --help`.\n'],
  )
})

test('commands act with the credentials of this machine', async () => {
  assert.match((await slipway('projects')).out, /^PROJECT .*\ndefault +admin/)
  assert.equal((await slipway('projects create cli-made --description', {})).code, 2)
  assert.match((await slipway('projects create cli-made')).out, /Created cli-made/)
  const list = JSON.parse((await slipway('projects list --json')).out)
  assert.deepEqual(
    list.map(({ name }: { name: string }) => name),
    ['cli-made', 'default'],
  )
  const audit = JSON.parse((await slipway('audit list --project cli-made --json')).out)
  assert.deepEqual(
    audit.map(({ action }: { action: string }) => action),
    ['member.set', 'project.create'],
  )
})

test('refusals of the platform come with what to do, and an exit code of their kind', async () => {
  const taken = await slipway('projects create default')
  assert.deepEqual([taken.code, taken.out], [5, ''])
  assert.match(taken.err, /^error: There is a project `default` already\.\n {7}Choose another name/)
  assert.equal((await slipway('members --project nowhere')).code, 4)
  const json = await slipway('members list --project nowhere --json')
  assert.equal(JSON.parse(json.err).error.code, 'not_found')
  const wrongToken = await slipway('projects', { environment: { SLIPWAY_TOKEN: 'slp_x' } })
  assert.deepEqual([wrongToken.code, /slipway login/.test(wrongToken.err)], [3, true])
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  await new Promise((closed) => gone.close(closed))
  const nobody = await slipway(`projects --url http://127.0.0.1:${port}`)
  assert.equal(nobody.code, 6)
  assert.match(nobody.err, /Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/)
})

test('a login link logs the command line in, once, and logging out revokes the token', async () => {
  const { path } = await t.access.makeLoginLink(system('test'), t.administrator)
  const other = mkdtempSync(join(tmpdir(), 'slipway-other-'))
  const environment = { SLIPWAY_HOME: other }
  assert.match((await slipway(`login ${url}${path}`, { environment })).out, /Logged in to http:.* as admin/)
  const file = join(other, 'credentials')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const token = readCredentials(file).platforms[url]?.token ?? ''
  assert.match((await slipway('members', { environment })).out, /admin +admin/)
  assert.equal((await slipway(`login ${url}${path}`, { environment })).code, 3)
  assert.match((await slipway('logout', { environment })).out, /Logged out/)
  assert.equal(
    await t.access.authenticate({ headers: { authorization: `Bearer ${token}` }, ip: '::1' }),
    undefined,
  )
  assert.deepEqual(readCredentials(file).platforms, {})
  rmSync(other, { recursive: true })
})

test('login --link makes a link for a browser', async () => {
  const { out } = await slipway('login --link')
  const [, code] = /\/login#([\w-]{43})\n$/.exec(out) ?? []
  const session = await t.access.login({ code: code ?? '' }, '10.0.0.1')
  assert.equal(session.identity.principal.name, 'admin')
})

test('whatever people paste to log in is understood', () => {
  assert.deepEqual(readWhat('http://h:1/base/login#abc'), { url: 'http://h:1/base', code: 'abc' })
  assert.deepEqual(readWhat('https://h/'), { url: 'https://h' })
  assert.deepEqual(readWhat('slp_1_2'), { token: 'slp_1_2' })
  assert.deepEqual(readWhat('abc'), { code: 'abc' })
})

test('a token is printed alone, so that it can be piped', async () => {
  const { out } = await slipway('tokens create ci --role viewer --only default --days 1')
  assert.match(out, /^slp_[0-9a-f]{16}_\w{49}\n$/)
  assert.match((await slipway('tokens')).out, /ci +admin +default +viewer +in (23|24)h +never/)
  const id = out.split('_')[1]
  assert.equal((await slipway(`tokens revoke ${id}`)).code, 0)
})

test('completion knows nouns, verbs, options and choices', async () => {
  const complete = async (words: string) => (await slipway(`complete -- ${words}`)).out.trim().split('\n')
  const typed = async (...words: string[]) => {
    let out = ''
    const terminal = {
      write: (text: string | Uint8Array) => {
        out += String(text)
      },
      warn: () => {},
      environment: {},
    } as unknown as Terminal
    await runCli(['complete', '--', ...words], { local, version: '', terminal, signal: never })
    return out.trim().split('\n')
  }
  assert.deepEqual(await complete('lin'), ['lines'])
  assert.deepEqual(await typed('lines', 're'), ['resume', 'retrain'])
  assert.deepEqual(await complete('lines retrain --re'), ['--reason'])
  assert.deepEqual(await complete('data upload --mode a'), ['append'])
  assert.ok((await typed('')).includes('status'))
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.match((await slipway(`completion ${shell}`)).out, /slipway complete --/)
  assert.equal((await slipway('completion tcsh')).code, 2)
})

test('rows become a request of the Open Inference Protocol', () => {
  const signature = {
    inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2], columns: ['a', 'b'] }],
    outputs: [],
  }
  const expected = { inputs: [{ name: 'input', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] }] }
  assert.deepEqual(
    requestOf(
      [
        [1, 2],
        [3, 4],
      ],
      signature,
    ),
    expected,
  )
  assert.deepEqual(
    requestOf(
      [
        { b: 2, a: 1 },
        { a: 3, b: 4 },
      ],
      signature,
    ),
    expected,
  )
  assert.deepEqual(requestOf(expected, signature), expected)
  assert.deepEqual(requestOf({ a: 1, b: 2 }, signature).inputs[0]?.shape, [1, 2])
  assert.throws(() => requestOf([{ a: 1 }], signature), /lacks the feature `b`/)
  assert.throws(() => requestOf([[1], [1, 2]], signature), /not of the same length/)
})

test('labels are read a JSON object a line', async () => {
  writeFileSync(join(home, 'labels.jsonl'), '{"request_id":"a","value":1}\n{broken\n')
  const broken = await slipway('labels send digits --file labels.jsonl')
  assert.deepEqual([broken.code, /Line 2 is not JSON/.test(broken.err)], [2, true])
  assert.equal((await slipway('labels send digits 7')).code, 2)
})
