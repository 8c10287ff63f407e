import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, createClient } from '../../src/client/client.ts'
import { readCredentials } from '../../src/client/credentials.ts'

export const root = join(import.meta.dirname, '..', '..')
/** The command that users type. */
export const slipway = [process.execPath, join(root, 'bin', 'slipway.js')] as const
export const digits = join(root, 'examples', 'digits')
const patienceMs = 60_000

/** The real program, started as a user starts it, on a home and ports of its own. */
export interface Program extends AsyncDisposable {
  readonly home: string
  readonly url: string
  readonly inference: string
  readonly token: string
  readonly client: Client
  readonly loginLink: string | undefined
  readonly environment: NodeJS.ProcessEnv
  /** What it wrote to both outputs so far. */
  readonly output: string
  /** Of `slipway up`, which is the parent of the platform's parts. */
  readonly pid: number
  /** Process ids of the platform's parts, by name. */
  parts(): Map<string, number>
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to every process of the platform at once; jobs and the database server stay. */
  kill(): Promise<void>
  /** Resolves when `slipway up` has ended, for whatever reason. */
  ended(): Promise<void>
  /** Starts it again on the same home and ports. */
  start(): Promise<void>
}

export interface ProgramOptions {
  readonly home?: string
  readonly environment?: NodeJS.ProcessEnv
  readonly words?: readonly string[]
}

/** Starts `slipway up` and waits until it is ready. Disposing stops it and removes its home. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'slipway-e2e-')))
  const [port, inferencePort] = await freePorts(2)
  const environment = {
    ...process.env,
    SLIPWAY_HOME: home,
    SLIPWAY_PORT: String(port),
    SLIPWAY_INFERENCE_PORT: String(inferencePort),
    SLIPWAY_LOG_LEVEL: 'warn',
    SLIPWAY_CHECK_ANSWERS: '1',
    ...options.environment,
  }
  const url = `http://127.0.0.1:${port}`
  let running: ChildProcess | undefined
  let output = ''
  let loginLink: string | undefined

  async function start(): Promise<void> {
    const [command, ...words] = [...slipway, 'up', ...(options.words ?? [])]
    // a process group of its own, so that a test can kill all of it
    const child = spawn(command as string, words as string[], { env: environment, detached: true })
    running = child
    const ready = Promise.withResolvers<void>()
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output += `${line}\n`
        if (line.includes('/login#')) loginLink = line.trim()
        if (line.includes('Slipway is ready')) ready.resolve()
      })
    }
    child.once('exit', (code, signal) =>
      ready.reject(new Error(`slipway up ended (${code ?? signal}):\n${output}`)),
    )
    const late = setTimeout(
      () => ready.reject(new Error(`slipway up was not ready in time:\n${output}`)),
      patienceMs,
    )
    await ready.promise.finally(() => clearTimeout(late))
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const child = running
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exit = once(child, 'exit') as Promise<[number | null]>
    if (signal === 'SIGKILL') process.kill(-(child.pid as number), 'SIGKILL')
    else child.kill(signal)
    return (await exit)[0]
  }

  await start()
  const token = readCredentials(join(home, 'credentials')).platforms[url]?.token ?? ''
  return {
    home,
    url,
    inference: `http://127.0.0.1:${inferencePort}`,
    token,
    client: createClient({ url, token }),
    get loginLink() {
      return loginLink
    },
    environment,
    get pid() {
      return running?.pid ?? 0
    },
    parts: () => partsOf(running?.pid ?? 0),
    get output() {
      return output
    },
    stop: () => end('SIGTERM'),
    async ended() {
      if (running && running.exitCode === null && running.signalCode === null) await once(running, 'exit')
    },
    kill: async () => void (await end('SIGKILL')),
    start,
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
      if (options.home === undefined) await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function partsOf(supervisor: number): Map<string, number> {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const parts = new Map<string, number>()
  for (const line of table.split('\n')) {
    const [, pid, parent, part] =
      /^\s*(\d+)\s+(\d+)\s.*slipway\.js (serve|worker|model-server)$/.exec(line) ?? []
    if (part !== undefined && Number(parent) === supervisor) parts.set(part, Number(pid))
  }
  return parts
}

/** Runs the command line as a user would; answers what it wrote and its exit code. */
export async function runSlipway(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [command, ...rest] = [...slipway, ...words]
  const child = spawn(command as string, rest as string[], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Asks until it is so; fails with what it is about. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`)
    await delay(100)
  }
}

/** Ports that nothing listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
