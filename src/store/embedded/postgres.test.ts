import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lstat, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { silent } from '../../base/log.ts'
import { system } from '../../base/principal.ts'
import { connect } from '../connect.ts'
import { startDatabase } from '../database.ts'
import { openStore } from '../open.ts'
import { startPostgres } from './postgres.ts'

async function makeHome(name = 'home', mode = 0o755) {
  const path = await mkdtemp(join(tmpdir(), 'slipway-home-'))
  await chmod(path, mode)
  const home = join(path, name)
  return { path: home, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${condition}`)
    await delay(5)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the server starts on an empty home, keeps its data over a restart, and stops without a trace', async () => {
  await using home = await makeHome()
  const first = await startDatabase({ home: home.path, log: silent })
  const store = await openStore({ home: home.path, log: silent })
  await store.append('schedule_ticks', [{ schedule: 'a', tick: new Date(0) }])
  await store[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  assert.deepEqual(
    (await readdir(join(home.path, 'postgres', 'data'))).filter((file) => file === 'postmaster.pid'),
    [],
  )
  await using _second = await startDatabase({ home: home.path, log: silent })
  await using again = await openStore({ home: home.path, log: silent })
  assert.equal((await again.read.selectFrom('schedule_ticks').selectAll().execute()).length, 1)
})

test('the database is inside the home also when the keys were made first', async () => {
  await using home = await makeHome()
  const { openSecrets } = await import('../../config/secrets.ts')
  await openSecrets(home.path)
  await using _server = await startPostgres({ home: home.path, log: silent })
  assert.ok((await lstat(join(home.path, 'postgres'))).isDirectory())
})

test('nobody else can enter the directory, and no port is open', async () => {
  await using home = await makeHome()
  await using server = await startPostgres({ home: home.path, log: silent })
  assert.equal((await stat(join(home.path, 'postgres'))).mode & 0o077, 0)
  assert.equal((await stat(join(home.path, 'keys', 'postgres'))).mode & 0o077, 0)
  const client = await connect(server.url)
  const { rows } = await client.query(
    `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync`,
  )
  await client.end()
  assert.deepEqual(rows, [{ addresses: '', fsync: 'on' }])
  await assert.rejects(connect(server.url.replace(/:[^:@]+@/, ':wrong@')), { code: 'database_unavailable' })
})

test('a home with a path too long for a socket works', async () => {
  await using home = await makeHome(`${'x'.repeat(60)}/${'ü'.repeat(40)}, "y"`)
  await using server = await startPostgres({ home: home.path, log: silent })
  await (await connect(server.url)).end()
})

test('every acknowledged write survives kill -9 of the server, which is started again', async () => {
  await using home = await makeHome()
  await using database = await startPostgres({ home: home.path, log: silent })
  const { prepareDatabase } = await import('../database.ts')
  await prepareDatabase(database.url)
  await using store = await openStore({ url: database.url, log: silent })
  const acknowledged: number[] = []
  const failed: unknown[] = []
  let goOn = true
  const write = async (n: number) => {
    const row = { schedule: 'w', tick: new Date(n) }
    await store.append('schedule_ticks', [row]).then(
      () => acknowledged.push(n),
      (error) => failed.push(error),
    )
  }
  const writing = (async () => {
    for (let n = 0; goOn; n += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => write(n + i)))
  })()
  for (let round = 1; round <= 2; round++) {
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 100)
    const pid = database.pid()
    process.kill(pid, 'SIGKILL')
    await until(() => database.pid() !== pid)
  }
  const before = acknowledged.length
  await until(() => acknowledged.length > before + 100)
  goOn = false
  await writing
  const rows = await store.read.selectFrom('schedule_ticks').select('tick').execute()
  const kept = new Set(rows.map((row) => row.tick.getTime()))
  assert.deepEqual(
    acknowledged.filter((n) => !kept.has(n)),
    [],
  )
  for (const error of failed) assert.equal((error as { code: string }).code, 'database_unavailable')
})

test('a change under way while the server is killed is done once', async () => {
  await using home = await makeHome()
  await using database = await startPostgres({ home: home.path, log: silent })
  const { prepareDatabase } = await import('../database.ts')
  await prepareDatabase(database.url)
  await using store = await openStore({ url: database.url, log: silent })
  let runs = 0
  await store.transact(system('test'), async (tx) => {
    runs += 1
    await tx.audit({ action: 'a.b', projectId: null, subjectType: 's', subjectId: '1' })
    if (runs > 1) return
    process.kill(database.pid(), 'SIGKILL')
    const client = await connect(database.url).catch(() => undefined)
    await client?.end()
    await until(async () =>
      tx.audit({ action: 'c.d', projectId: null, subjectType: 's', subjectId: '1' }).then(() => false),
    )
  })
  assert.equal(runs, 2)
  const rows = await store.read.selectFrom('audit_entries').select('action').execute()
  assert.deepEqual(
    rows.map((row) => row.action),
    ['a.b'],
  )
})

test('a server that a killed platform left running is taken over, and a second platform is refused', async () => {
  await using home = await makeHome()
  const program = `const { startPostgres } = await import(${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)})
    const { silent } = await import(${JSON.stringify(new URL('../../base/log.ts', import.meta.url).href)})
    const server = await startPostgres({ home: ${JSON.stringify(home.path)}, log: silent })
    console.log(server.pid()); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await once(child.stdout, 'data')
  const pid = Number(String(output))
  await assert.rejects(startPostgres({ home: home.path, log: silent }), { code: 'home_in_use' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.ok(isRunning(pid))
  const server = await startPostgres({ home: home.path, log: silent })
  assert.equal(server.pid(), pid)
  await (await connect(server.url)).end()
  await server[Symbol.asyncDispose]()
  await assert.rejects(connect(server.url), { code: 'database_unavailable' })
})

test('a copy of a home has a server of its own', async () => {
  await using home = await makeHome()
  await using copy = await makeHome()
  const server = await startPostgres({ home: home.path, log: silent })
  await server[Symbol.asyncDispose]()
  await cp(home.path, copy.path, { recursive: true })
  await using first = await startPostgres({ home: home.path, log: silent })
  await using second = await startPostgres({ home: copy.path, log: silent })
  assert.notEqual(second.pid(), first.pid())
  await (await connect(second.url)).end()
})

test('as root, a home that no other user can reach has its database elsewhere, once', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root')
  await using closed = await makeHome('home', 0o700)
  await using copy = await makeHome()
  await using server = await startPostgres({ home: closed.path, log: silent })
  await (await connect(server.url)).end()
  const elsewhere = await realpath(join(closed.path, 'postgres'))
  assert.match(elsewhere, /^\/var\/lib\/slipway\//)
  await cp(closed.path, copy.path, { recursive: true, verbatimSymlinks: true })
  await assert.rejects(startPostgres({ home: copy.path, log: silent }), { code: 'home_in_use' })
  await server[Symbol.asyncDispose]()
  await rm(elsewhere, { recursive: true })
})
