import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurable } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import { lockUnless } from './lock.ts'
import { run } from './run.ts'

/** Where Python is looked for, and where what is made with it is kept. */
export interface PythonSettings {
  /** Holds `uv/`, `envs/` and `cache/`. */
  readonly home: string
  /** SLIPWAY_PYTHON: the only interpreter that is tried. */
  readonly command?: string
  /** What was found before: not looked for again. */
  readonly found?: Python
  readonly path: string
  /** The operator's settings for indexes, proxies and certificates. */
  readonly installer: Readonly<Record<string, string>>
}

export interface Python {
  readonly path: string
  /** For example `3.11.7`. */
  readonly version: string
}

const names = ['python3', 'python3.13', 'python3.12', 'python3.14', 'python3.11', 'python3.10', 'python']
const probe = 'import sys, json; print(json.dumps([sys.executable, list(sys.version_info[:3])]))'

/** The first interpreter that is 3.10 or later; `python_missing` says what was tried. */
export async function findPython(settings: PythonSettings): Promise<Python> {
  if (settings.found !== undefined && (await exists(settings.found.path))) return settings.found
  const tried: string[] = []
  for (const name of settings.command === undefined ? names : [settings.command]) {
    const found = await examine(name, settings.path)
    if (found === undefined) continue
    const [major = 0, minor = 0] = found.version.split('.').map(Number)
    if (major === 3 && minor >= 10) return found
    tried.push(`${found.path} is ${found.version}`)
  }
  const where = settings.command === undefined ? 'on the PATH' : `at ${settings.command} (SLIPWAY_PYTHON)`
  const seen = tried.length === 0 ? '' : ` (${[...new Set(tried)].join(', ')})`
  throw new SlipwayError('python_missing', `No Python 3.10 or later was found ${where}${seen}.`, {
    facts: { tried },
  })
}

async function examine(name: string, path: string): Promise<Python | undefined> {
  const { code, stdout } = await run(name, ['-I', '-c', probe], {
    env: { PATH: path, HOME: '/' },
    signal: AbortSignal.timeout(20_000),
  })
  if (code !== 0) return undefined
  const [executable, version] = JSON.parse(stdout) as [string, number[]]
  return { path: executable, version: version.join('.') }
}

/** What the programs that install packages are given. */
export function installerEnv(settings: PythonSettings): Record<string, string> {
  const { installer } = settings
  const translated: Record<string, string> = {}
  // uv does not read pip's settings, but an operator who has made them means both.
  const pairs = [
    ['PIP_INDEX_URL', 'UV_DEFAULT_INDEX'],
    ['PIP_EXTRA_INDEX_URL', 'UV_INDEX'],
    ['PIP_FIND_LINKS', 'UV_FIND_LINKS'],
  ] as const
  for (const [from, to] of pairs) {
    const value = installer[from]
    if (value !== undefined && installer[to] === undefined)
      translated[to] = value
        .trim()
        .split(/\s+/)
        .join(to === 'UV_FIND_LINKS' ? ',' : ' ')
  }
  return {
    PATH: settings.path,
    HOME: settings.home,
    LANG: 'C.UTF-8',
    UV_CACHE_DIR: join(settings.home, 'cache'),
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    ...translated,
    ...installer,
  }
}

/** The `uv` on the PATH, or one of our own, installed from PyPI on first use into a virtual environment. */
export async function findUv(
  settings: PythonSettings,
  python: Python,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const env = installerEnv(settings)
  if ((await run('uv', ['--version'], { env, signal })).code === 0) return 'uv'
  const directory = join(settings.home, 'uv')
  const program = join(directory, 'bin', 'uv')
  const ready = join(directory, 'ready')
  await mkdir(settings.home, { recursive: true, mode: 0o700 })
  await using lock = await lockUnless(`${directory}.lock`, () => exists(ready), signal)
  if (lock === undefined) return program
  onProgress('Installing uv, once.')
  await rm(directory, { recursive: true, force: true })
  await installUv(python, directory, env, signal)
  await writeDurable(ready, '')
  return program
}

type Env = Record<string, string>

/** With the pip that is there, which saves installing another first; else with one of the environment's own. */
async function installUv(python: Python, directory: string, env: Env, signal: AbortSignal): Promise<void> {
  const interpreter = join(directory, 'bin', 'python')
  const install = ['install', '--quiet', '--no-input', 'uv>=0.5,<1']
  const quick = async () => {
    if ((await run(python.path, ['-m', 'venv', '--without-pip', directory], { env, signal })).code !== 0)
      return false
    return (
      (await run(python.path, ['-m', 'pip', '--python', interpreter, ...install], { env, signal })).code === 0
    )
  }
  if (await quick()) return
  signal.throwIfAborted()
  await must(python.path, ['-m', 'venv', '--clear', directory], env, signal, 'making a virtual environment')
  await must(interpreter, ['-m', 'pip', ...install], env, signal, 'installing uv')
}

async function must(
  command: string,
  args: string[],
  env: Env,
  signal: AbortSignal,
  what: string,
): Promise<void> {
  const { code, tail } = await run(command, args, { env, signal })
  signal.throwIfAborted()
  if (code === 0) return
  throw new SlipwayError('python_environment', `It failed while ${what}:\n${tail}`)
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
