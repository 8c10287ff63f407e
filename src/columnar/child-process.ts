import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import type { ChildAnswer, ChildRequest } from './protocol.ts'

const program = new URL(`./child${extname(import.meta.filename)}`, import.meta.url)

/** One child process. After any failure but an answer it is dead and must be replaced. */
export class Child {
  readonly tempDirectory: string
  readonly #process: ChildProcess
  readonly #exited: Promise<string>
  #alive = true

  constructor(tempDirectory: string) {
    this.tempDirectory = tempDirectory
    mkdirSync(tempDirectory, { recursive: true })
    this.#process = fork(program, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--max-old-space-size=256'],
      // Nothing of the parent's environment: it may hold secrets.
      env: { TZ: 'UTC' },
    })
    this.#exited = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(error.message))
      this.#process.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    this.#exited.then(() => {
      this.#alive = false
      rmSync(tempDirectory, { recursive: true, force: true })
    })
    this.rest()
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Sends a request and waits for its answer; `too_large` when the process ends without one. */
  async ask(request: ChildRequest): Promise<ChildAnswer> {
    this.#process.ref()
    this.#process.channel?.ref()
    const { promise: answered, resolve } = Promise.withResolvers<ChildAnswer>()
    this.#process.once('message', resolve)
    const ended = this.#exited.then((how): never => {
      throw new SlipwayError(
        'too_large',
        `The query's process ended without an answer (${how}); most often memory ran out.`,
      )
    })
    this.#process.send(request, () => {})
    try {
      return await Promise.race([answered, ended])
    } finally {
      this.#process.off('message', resolve)
      this.rest()
    }
  }

  /** While it has nothing to do, it does not keep this process from ending. */
  rest(): void {
    this.#process.unref()
    this.#process.channel?.unref()
  }

  async kill(): Promise<void> {
    this.#process.ref()
    this.#process.kill('SIGKILL')
    await this.#exited
  }
}
