import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import { Child } from './child-process.ts'
import type { Columnar, ColumnarRequest } from './columnar.ts'
import { failureOf } from './failure.ts'
import type { ChildLimits, ChildRequest } from './protocol.ts'
import { pathsOf, withPaths } from './sql.ts'

export interface ColumnarOptions {
  /** Where queries spill to when they need more than their memory. */
  readonly tempDirectory: string
  /** Of each query, in bytes. */
  readonly memoryBytes?: number
  readonly threads?: number
  /** How many queries run at once. */
  readonly processes?: number
  /** A process with nothing to do ends after so long. */
  readonly idleMs?: number
  readonly timeoutMs?: number
  readonly maxRows?: number
}

const defaults = {
  memoryBytes: 512 * 2 ** 20,
  threads: 2,
  processes: 2,
  idleMs: 5_000,
  timeoutMs: 10 * 60_000,
  maxRows: 500_000,
}

/** Starts nothing: a process is started by the first query that needs one. */
export function createColumnar(options: ColumnarOptions): Columnar {
  return new Pool({ ...defaults, ...options })
}

class Pool implements Columnar {
  readonly #options: Required<ColumnarOptions>
  readonly #idle = new Map<Child, NodeJS.Timeout>()
  readonly #busy = new Set<Child>()
  readonly #waiting: (() => void)[] = []
  /** Rights to run that are handed out: a number apart from the children, which are replaced. */
  #running = 0
  #started = 0
  #closed = false

  constructor(options: Required<ColumnarOptions>) {
    this.#options = options
    removeLeftovers(options.tempDirectory)
  }

  async query(request: ColumnarRequest): Promise<readonly Record<string, unknown>[]> {
    const statements = request.statements.map((statement) => withPaths(statement, request))
    await this.#enter(request.signal)
    try {
      return await this.#run(request, statements)
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const timer of this.#idle.values()) clearTimeout(timer)
    await Promise.all([...this.#idle.keys(), ...this.#busy].map((child) => child.kill()))
    this.#idle.clear()
  }

  async #run(request: ColumnarRequest, statements: string[]): Promise<readonly Record<string, unknown>[]> {
    const child = this.#take()
    this.#busy.add(child)
    try {
      const answer = await this.#askInTime(child, request.signal, {
        statements,
        values: request.values ?? [],
        paths: pathsOf(request),
        limits: this.#limits(child),
      })
      if (answer.ok) return answer.rows
      throw failureOf(answer.message, { ...request.files, ...request.writes })
    } finally {
      this.#busy.delete(child)
      this.#giveBack(child)
    }
  }

  /** A query that is aborted or late is stopped by ending its process: DuckDB's own interrupt may be seconds late. */
  async #askInTime(child: Child, signal: AbortSignal | undefined, request: ChildRequest) {
    const late = AbortSignal.timeout(this.#options.timeoutMs)
    const stop = signal === undefined ? late : AbortSignal.any([signal, late])
    const kill = () => void child.kill()
    stop.addEventListener('abort', kill, { once: true })
    try {
      return await child.ask(request)
    } catch (error) {
      if (this.#closed) throw new SlipwayError('not_ready', 'The platform is stopping.')
      signal?.throwIfAborted()
      if (late.aborted) {
        throw new SlipwayError('too_large', `The query took longer than ${this.#options.timeoutMs / 1000} s.`)
      }
      throw error
    } finally {
      stop.removeEventListener('abort', kill)
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    while (this.#running >= this.#options.processes) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#closed || signal?.aborted) this.#waiting.shift()?.()
    signal?.throwIfAborted()
    if (this.#closed) throw new SlipwayError('not_ready', 'The platform is stopping.')
    this.#running += 1
  }

  #take(): Child {
    for (const [child, timer] of this.#idle) {
      clearTimeout(timer)
      this.#idle.delete(child)
      if (child.alive) return child
    }
    this.#started += 1
    return new Child(join(this.#options.tempDirectory, `${process.pid}-${this.#started}`))
  }

  #giveBack(child: Child): void {
    if (!child.alive || this.#closed) return
    const timer = setTimeout(() => {
      this.#idle.delete(child)
      void child.kill()
    }, this.#options.idleMs)
    this.#idle.set(child, timer.unref())
  }

  #limits(child: Child): ChildLimits {
    return {
      memoryBytes: this.#options.memoryBytes,
      threads: this.#options.threads,
      tempDirectory: child.tempDirectory,
      rows: this.#options.maxRows,
    }
  }
}

/** Spilled files of processes that were killed together with their parent. */
function removeLeftovers(directory: string): void {
  for (const name of listed(directory)) {
    const parent = Number(/^(\d+)-\d+$/.exec(name)?.[1])
    if (parent > 0 && !isAlive(parent)) rmSync(join(directory, name), { recursive: true, force: true })
  }
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
