import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from './until.ts'

export const mlflowVersion = '3.17.2'
const root = join(import.meta.dirname, '..', '..')

/** A Python with MLflow's own server, made once and kept in `.cache/`. Returns its directory of programs. */
export async function installMlflow(): Promise<string> {
  const home = join(root, '.cache', `mlflow-server-${mlflowVersion}`)
  const programs = join(home, 'bin')
  const there = await access(join(programs, 'mlflow')).then(
    () => true,
    () => false,
  )
  if (there) return programs
  const run = promisify(execFile)
  const python = join(programs, 'python')
  await run(process.env.SLIPWAY_PYTHON ?? 'python3', ['-m', 'venv', home])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'])
  await run(join(programs, 'uv'), [
    'pip',
    'install',
    '--quiet',
    '--python',
    python,
    `mlflow==${mlflowVersion}`,
  ])
  return programs
}

export interface OriginalServer extends AsyncDisposable {
  readonly url: string
}

/** MLflow's own server as it starts by default: SQLite and files in the directory. */
export async function startOriginal(directory: string, ...options: string[]): Promise<OriginalServer> {
  const program = join(await installMlflow(), 'mlflow')
  const port = await freePort()
  const words = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...options]
  const child = spawn(program, words, {
    cwd: directory,
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
  })
  const url = `http://127.0.0.1:${port}`
  await until(
    "MLflow's own server answers",
    async () => {
      if (child.exitCode !== null) throw new Error(`mlflow server ended with ${child.exitCode}`)
      return await fetch(`${url}/health`).then(
        (response) => response.ok,
        () => false,
      )
    },
    180_000,
  )
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
