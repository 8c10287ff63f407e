import { type ChildProcess, fork } from 'node:child_process'
import { SlipwayError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import type { Parts } from './parts.ts'

export type Part = 'serve' | 'worker' | 'model-server'

export interface SupervisorOptions {
  readonly program: string
  /** The first one's readiness is the platform's; the others may wait for it. */
  readonly parts: readonly [Part, ...Part[]]
  /** Start the first alone and the others once it is ready: it then has the processor to itself. */
  readonly firstAlone: boolean
  readonly environment: NodeJS.ProcessEnv
  readonly log: Log
}

/** What a part tells when it does its work. */
export interface Ready {
  readonly address?: string
  /** Opens the pages once, logged in as the administrator. */
  readonly loginLink?: string
}

interface Running {
  readonly child: ChildProcess
  readonly ready: Promise<Ready>
}

const firstDelayMs = 200
const maxDelayMs = 30_000
/** After this long without a crash, the next one counts as the first. */
const calmMs = 60_000
const stopMs = 20_000

/** Starts the platform's processes, keeps them alive and stops them in reverse order. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #running = new Map<Part, Running>()
  readonly #crashes = new Map<Part, { count: number; at: number }>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #parts: Parts | undefined
  #stopping = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    // they load their modules while the database starts
    for (const part of options.firstAlone ? options.parts.slice(0, 1) : options.parts) this.#start(part)
  }

  /**
   * The database is up and the home is ours: `parts` remembers who works in it. Resolves with what each part told when it
   * was ready.
   */
  async begin(parts: Parts): Promise<Map<Part, Ready>> {
    this.#parts = parts
    this.#remember()
    for (const { child } of this.#running.values()) if (child.connected) child.send('begin')
    await this.#running.get(this.#options.parts[0])?.ready
    const ready = new Map<Part, Ready>()
    for (const part of this.#options.parts) if (!this.#stopping && !this.#running.has(part)) this.#start(part)
    for (const [part, running] of this.#running) ready.set(part, await running.ready)
    return ready
  }

  #start(part: Part): void {
    const { program, environment, log } = this.#options
    const child = fork(program, [part], { env: environment, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    const ready = Promise.withResolvers<Ready>()
    // until somebody waits for it, a failure is told by the exit below
    ready.promise.catch(() => {})
    let tail = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4_000)
      process.stderr.write(text)
    })
    child.on('message', (message: { ready?: string } & Ready) => {
      if (message.ready === part) ready.resolve(message)
    })
    child.once('exit', (code, signal) => {
      ready.reject(failureOf(part, tail, code, signal))
      if (this.#stopping || this.#running.get(part)?.child !== child) return
      log.error('supervisor.part_ended', { ended: part, code, signal })
      this.#restart(part)
    })
    this.#running.set(part, { child, ready: ready.promise })
    this.#remember()
    if (this.#parts) child.send('begin')
  }

  #remember(): void {
    this.#parts?.remember([...this.#running.values()].flatMap(({ child }) => child.pid ?? []))
  }

  #restart(part: Part): void {
    const now = Date.now()
    const before = this.#crashes.get(part)
    const count = before && now - before.at < calmMs ? before.count + 1 : 1
    this.#crashes.set(part, { count, at: now })
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        if (!this.#stopping) this.#start(part)
      },
      Math.min(maxDelayMs, firstDelayMs * 2 ** (count - 1)),
    )
    this.#timers.add(timer)
  }

  /** Asks every part to stop and waits for its end; the model server first, so that it can ship the end of its log. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const part of ['model-server', 'worker', 'serve'] as const) {
      const running = this.#running.get(part)
      if (running) await stopChild(running.child)
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
  await ended
  clearTimeout(timer)
}

/** What a part wrote last, if it was one of our own errors: that is what its reader needs. */
function failureOf(
  part: Part,
  tail: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): SlipwayError {
  const line = tail
    .trimEnd()
    .split('\n')
    .findLast((text) => text.startsWith('slipway: '))
  const how = signal === null ? `with code ${code}` : `by ${signal}`
  return new SlipwayError('not_ready', line?.slice('slipway: '.length) ?? `The ${part} process ended ${how}.`)
}
