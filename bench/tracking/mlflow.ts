import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { silent } from '../../src/base/log.ts'
import { connect } from '../../src/store/connect.ts'
import { startPostgres } from '../../src/store/embedded/postgres.ts'
import { fillStatements } from './mlflow-fill.ts'
import { call, type Target } from './target.ts'

export const version = '3.17.2'
const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

export interface Peer extends Target {
  /** Seconds until it answered. */
  readonly startSeconds: number
}

/** MLflow's own server from PyPI on a new database; `workers` undefined: as many as it has by itself. */
export async function startMlflow(database: 'sqlite' | 'postgresql', workers?: number): Promise<Peer> {
  const resources = new AsyncDisposableStack()
  const program = await install()
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-mlflow-'))
  await chmod(directory, 0o755)
  resources.defer(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'mlflow.db')
  const server =
    database === 'sqlite'
      ? undefined
      : resources.use(await startPostgres({ home: join(directory, 'pg'), log: silent }))
  const port = await freePort()
  const child = spawn(
    program,
    [
      ...['server', '--host', '127.0.0.1', '--port', String(port)],
      ...['--backend-store-uri', server === undefined ? `sqlite:///${file}` : psycopgUrl(server.url)],
      ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ],
    { cwd: directory, stdio: 'ignore', detached: true },
  )
  resources.defer(async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    process.kill(-child.pid, 'SIGTERM')
    await once(child, 'exit')
  })
  const started = performance.now()
  const url = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`mlflow server ended with ${child.exitCode}`)
    await delay(100)
  }
  return {
    name: `mlflow on ${database}, ${workers ?? 'default'} workers`,
    port,
    token: undefined,
    startSeconds: (performance.now() - started) / 1000,
    async fill(runs) {
      const made = await call({ port, token: undefined }, 'experiments/create', { name: `filled-${runs}` })
      const id = Number(made.experiment_id)
      if (server === undefined) fillSqlite(file, id, runs)
      else await fillPostgres(server.url, id, runs)
      return String(id)
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function psycopgUrl(url: string): string {
  const { username, password, pathname, hostname } = new URL(url)
  return `postgresql+psycopg2://${username}:${password}@${pathname}?host=${hostname}&port=5432`
}

function fillSqlite(file: string, experiment: number, runs: number): void {
  const database = new DatabaseSync(file)
  database.exec('pragma busy_timeout = 60000; begin')
  for (const statement of fillStatements('sqlite', experiment, runs)) database.exec(statement)
  database.exec('commit; analyze')
  database.close()
}

async function fillPostgres(url: string, experiment: number, runs: number): Promise<void> {
  const client = await connect(url)
  for (const statement of fillStatements('postgresql', experiment, runs)) await client.query(statement)
  await client.query('vacuum analyze')
  await client.end()
}

/** Installed into .cache/ when it is first needed. */
async function install(): Promise<string> {
  const home = join(root, '.cache', `mlflow-server-${version}`)
  const python = join(home, 'bin', 'python')
  const there = await run(python, ['-c', 'import mlflow, psycopg2']).then(
    () => true,
    () => false,
  )
  if (!there) {
    if (
      !(await access(python).then(
        () => true,
        () => false,
      ))
    )
      await run('python3', ['-m', 'venv', home])
    await run(python, ['-m', 'pip', 'install', '--quiet', `mlflow==${version}`, 'psycopg2-binary'])
  }
  return join(home, 'bin', 'mlflow')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
