import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurable } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { readState } from './layout.ts'
import { lockUnless } from './lock.ts'
import { exists, findPython, findUv, installerEnv, type Python, type PythonSettings } from './python.ts'
import { run } from './run.ts'

/** A built environment, never changed again. */
export interface PythonEnvironment {
  /** What was asked for: requirements, Python and platform. The same digest is the same environment. */
  readonly digest: string
  /** What came of it: the exact packages. */
  readonly lockDigest: string
  readonly packages: readonly string[]
  readonly directory: string
  readonly python: string
}

export interface PrepareOptions {
  /** One line of text at a time. */
  readonly onProgress?: (line: string) => void
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 15 * 60_000

/** The environment for a requirements file: built on first use, found again afterwards. */
export async function prepareEnvironment(
  settings: PythonSettings,
  requirements: string,
  options: PrepareOptions = {},
): Promise<PythonEnvironment> {
  const onProgress = options.onProgress ?? (() => {})
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
  try {
    return await findOrBuild(settings, requirements, onProgress, signal)
  } catch (error) {
    if (!timeout.aborted || options.signal?.aborted) throw error
    const detail = `The Python environment was not ready after ${Math.round(timeoutMs / 1000)} s.`
    throw new SlipwayError('python_environment', detail, { cause: error })
  }
}

async function findOrBuild(
  settings: PythonSettings,
  requirements: string,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<PythonEnvironment> {
  const python = await findPython(settings)
  const digest = digestOfEnvironment(requirements, python)
  const place = join(settings.home, 'envs', digest)
  const marker = join(place, 'ready.json')
  const found = () => readReady(marker)
  const present = await found()
  if (present !== undefined) return present
  await mkdir(place, { recursive: true, mode: 0o700 })
  await using lock = await lockUnless(join(place, 'lock'), async () => (await found()) !== undefined, signal)
  const meanwhile = await found()
  if (meanwhile !== undefined || lock === undefined)
    return meanwhile ?? findOrBuild(settings, requirements, onProgress, signal)
  await removeUnfinished(place)
  const environment = await build({ settings, python, digest, place, requirements, onProgress, signal })
  await writeDurable(marker, JSON.stringify(environment))
  return environment
}

/** Comments and line ends make no other environment. */
export function digestOfEnvironment(requirements: string, python: Python): string {
  const lines = requirements.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim())
  const parts = [
    1,
    lines.filter((line) => line !== ''),
    python.path,
    python.version,
    process.platform,
    process.arch,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function readReady(marker: string): Promise<PythonEnvironment | undefined> {
  const environment = await readState<PythonEnvironment>(marker)
  return environment !== undefined && (await exists(join(environment.directory, 'bin', 'python')))
    ? environment
    : undefined
}

async function removeUnfinished(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (/^[0-9a-f-]{36}$/.test(name)) await rm(join(place, name), { recursive: true, force: true })
  }
}

interface Building {
  readonly settings: PythonSettings
  readonly python: Python
  readonly digest: string
  readonly place: string
  readonly requirements: string
  readonly onProgress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * A virtual environment holds its own absolute path, so it cannot be built elsewhere and renamed. Each try has a
 * directory of its own, and the marker, written last, names the one that was finished.
 */
async function build(building: Building): Promise<PythonEnvironment> {
  const { settings, python, digest, place, requirements, onProgress, signal } = building
  const uv = await findUv(settings, python, onProgress, signal)
  const directory = join(place, uuidv7())
  const env = { ...installerEnv(settings), VIRTUAL_ENV: directory }
  onProgress(`Building the Python ${python.version} environment, once for these requirements.`)
  const uvRun = async (args: string[], report: boolean) => {
    const result = await run(uv, args, { env, signal, cwd: place, ...(report && { onLine: onProgress }) })
    signal.throwIfAborted()
    if (result.code === 0) return result.stdout
    throw new SlipwayError(
      'python_environment',
      `The packages could not be installed:\n${reasonIn(result.tail)}`,
    )
  }
  try {
    await uvRun(['venv', '--no-project', '--python', python.path, directory], false)
    const file = join(directory, 'requirements.txt')
    await writeFile(file, requirements)
    const interpreter = join(directory, 'bin', 'python')
    await uvRun(['pip', 'install', '--python', interpreter, '-r', file], true)
    const frozen = await uvRun(['pip', 'freeze', '--python', interpreter], false)
    const packages = frozen.split('\n').filter((line) => line !== '')
    const lockDigest = createHash('sha256').update(packages.join('\n')).digest('hex')
    return { digest, lockDigest, packages, directory, python: python.version }
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

/** What the installer says is wrong, without its progress before that. */
function reasonIn(tail: string): string {
  const start = tail.search(/^\s*(error:|×)/m)
  return start === -1 ? tail : tail.slice(start)
}
