import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { SlipwayError } from '../../src/base/error.ts'
import { uuidv7 } from '../../src/base/id.ts'
import { connect } from '../../src/store/connect.ts'
import { type Binaries, findBinaries } from '../../src/store/embedded/binaries.ts'
import { asUser, initialize } from '../../src/store/embedded/initialize.ts'
import { type Place, sharedDir, urlAt } from '../../src/store/embedded/place.ts'
import { settingArguments } from '../../src/store/embedded/settings.ts'
import { lockHome } from '../../src/store/home-lock.ts'

const cache = fileURLToPath(new URL('../../.cache', import.meta.url))
const schemaFile = new URL('../../src/store/schema.sql', import.meta.url)
const uid = process.getuid?.() === 0 ? 65534 : undefined
/** What is lost by a crash of the machine does not matter here. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_wal_size: '32MB',
  min_wal_size: '2MB',
}

let server: Promise<Place> | undefined
let databases = 0

/** The address of a new database with the program's schema, on this process's own throw-away server. */
export function newDatabase(): Promise<string> {
  return create('template template1 strategy file_copy')
}

/** An empty database and a connection to it. */
export async function openScratchDatabase(): Promise<AsyncDisposable & { url: string; client: pg.Client }> {
  const url = await create('template template0 strategy file_copy')
  const client = await connect(url)
  return { url, client, [Symbol.asyncDispose]: () => client.end() }
}

async function create(options: string): Promise<string> {
  server ??= startServer()
  const url = urlAt(await server)
  databases += 1
  const name = `test_${databases}`
  const admin = await connect(url)
  try {
    await admin.query(`create database ${name} ${options}`)
  } finally {
    await admin.end()
  }
  return url.replace(/postgres$/, name)
}

/** A server for this process, from a prepared copy. It ends, and its directory goes, when this process does. */
async function startServer(): Promise<Place> {
  const binaries = await findBinaries(uid, sharedDir)
  const template = await prepareTemplate(binaries)
  const place = await makePlace()
  await run('cp', ['-a', template, place.data])
  await launch(place, binaries)
  return place
}

async function makePlace(): Promise<Place> {
  const directory = await mkdtemp(join(await fastDirectory(), 'slipway-test-'))
  if (uid !== undefined) await chown(directory, uid, uid)
  return {
    home: directory,
    directory,
    data: join(directory, 'data'),
    sockets: directory,
    log: join(directory, 'log'),
    uid,
    password: 'test',
  }
}

/** In memory where there is room: nothing of it is kept. */
async function fastDirectory(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined)
  return memory !== undefined && memory.bavail * memory.bsize > 2 ** 30 ? '/dev/shm' : tmpdir()
}

/** The data directory that servers of tests are copied from: made once for each schema, by whoever is first. */
async function prepareTemplate(binaries: Binaries): Promise<string> {
  const schema = await readFile(schemaFile, 'utf8').catch(() => '')
  const key = createHash('sha256').update(`2 ${binaries.version}`).update(schema).digest('hex').slice(0, 16)
  const template = join(cache, `postgres-${key}`)
  if (await exists(template)) return template
  await using _lock = await waitForLock(cache)
  if (await exists(template)) return template
  await removeOldTemplates()
  const place = await makePlace()
  await initialize(place, binaries, ['--wal-segsize=1', '--no-sync'])
  const stop = await launch(place, binaries)
  await loadTemplate(urlAt(place), schema)
  await stop(async () => {
    const draft = `${template}.${uuidv7()}`
    await run('cp', ['-a', place.data, draft])
    await rename(draft, template)
  })
  return template
}

async function removeOldTemplates(): Promise<void> {
  const hour = 3_600_000
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    if (!name.startsWith('postgres-') || (await stat(path)).ctimeMs > Date.now() - hour) continue
    await rm(path, { recursive: true, force: true })
  }
}

/** Databases are copies of template1. */
async function loadTemplate(url: string, schema: string): Promise<void> {
  const client = await connect(url.replace(/postgres$/, 'template1'))
  try {
    if (schema !== '') await client.query(`begin; ${schema} commit;`)
  } finally {
    await client.end()
  }
}

async function waitForLock(directory: string): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true })
  for (;;) {
    try {
      return await lockHome(directory)
    } catch (error) {
      if (!(error instanceof SlipwayError && error.code === 'home_in_use')) throw error
      await delay(50)
    }
  }
}

/**
 * Runs a server below a shell that waits for the end of its input: when this process ends, however it ends, the pipe
 * closes, and the shell stops the server and removes its directory.
 */
async function launch(
  place: Place,
  binaries: Binaries,
): Promise<(between: () => Promise<void>) => Promise<void>> {
  const script =
    'dir=$1; shift; "$@" 2>"$dir/log" & server=$!; read _; kill -INT $server; wait $server; read _; rm -rf "$dir"'
  const server = [
    binaries.postgres,
    '-D',
    place.data,
    ...settingArguments({ ...settings, unix_socket_directories: place.sockets }),
  ]
  const child = spawn('sh', ['-c', script, 'sh', place.directory, ...server], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    detached: true,
    ...asUser(place),
  })
  child.unref()
  await untilReady(place)
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  return async (between) => {
    child.stdin.write('\n')
    while (await exists(join(place.data, 'postmaster.pid'))) await delay(5)
    await between()
    child.stdin.write('\n')
    child.stdin.end()
  }
}

async function untilReady(place: Place): Promise<void> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const status = await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => '')
    if (status.split('\n')[7]?.trim() === 'ready') return
    await delay(5)
  }
  throw new Error(`the test server did not start: ${await readFile(place.log, 'utf8').catch(String)}`)
}

async function run(command: string, parameters: readonly string[]): Promise<void> {
  const child = spawn(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')}: exit code ${code}`)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
