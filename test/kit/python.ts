import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { root } from './program.ts'

const run = promisify(execFile)

/** A Python with the packages of a file, made once for each text of the file and kept in `.cache/`. */
export async function pythonWith(requirements: string, name: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const home = join(root, '.cache', `${name}-${digest}`)
  const python = join(home, 'bin', 'python')
  if (await exists(join(home, 'complete'))) return python
  await rm(home, { recursive: true, force: true })
  await mkdir(join(root, '.cache'), { recursive: true })
  await run(process.env.SLIPWAY_PYTHON ?? 'python3', ['-m', 'venv', home])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'])
  await run(join(home, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, '-r', requirements])
  await mkdir(join(home, 'making'))
  await rename(join(home, 'making'), join(home, 'complete'))
  return python
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** What MLflow's client is told in tests. */
export function clientEnvironment(server: { url: string; token: string }): NodeJS.ProcessEnv {
  return {
    ...process.env,
    MLFLOW_TRACKING_URI: server.url,
    MLFLOW_TRACKING_TOKEN: server.token,
    // A failure is to be seen at once, and nothing is to be sent to MLflow's makers.
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
    PYTHONWARNINGS: 'ignore',
    PYTHONPYCACHEPREFIX: join(root, '.cache', 'pycache'),
  }
}

export interface PythonResult {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs Python in a directory until it ends. */
export async function runPython(
  python: string,
  words: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<PythonResult> {
  const child = spawn(python, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  return { code, output, errors }
}
