import { Worker } from 'node:worker_threads'
import { programPath } from './program.ts'
import type { ModelSpec, Tensor } from './tensor.ts'
import type { CloseRequest, RunRequest, WorkerMessage, WorkerStart } from './worker.ts'

export interface RuntimeOptions {
  readonly path: string
  /** Threads within one run. */
  readonly threads: number
  readonly loadTimeoutMs: number
  /** A run that takes longer is taken for hung. */
  readonly runTimeoutMs: number
}

/** The model could not answer this input; others may fare better. */
export class RunError extends Error {}

/** The thread died or hung: what was under way is lost. */
export class RuntimeLost extends Error {}

interface Running {
  readonly resolve: (outputs: readonly Tensor[]) => void
  readonly reject: (error: Error) => void
}

/** One model in a worker thread of its own. Runs one batch at a time. */
export class Runtime {
  readonly spec: ModelSpec
  readonly batchable: boolean
  readonly #worker: Worker
  readonly #runTimeoutMs: number
  readonly #lost: (error: RuntimeLost) => void
  #running: Running | undefined
  #timer: NodeJS.Timeout | undefined
  #deadline = 0
  #ended: RuntimeLost | undefined
  #nextId = 0

  /** Loads and warms the model. `lost` is called once if the thread dies or hangs afterwards. */
  static async start(options: RuntimeOptions, lost: (error: RuntimeLost) => void): Promise<Runtime> {
    const worker = new Worker(programPath('worker'), {
      workerData: { path: options.path, threads: options.threads } satisfies WorkerStart,
      execArgv: [],
      // Tensors live outside; the thread itself needs little.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    })
    const message = await firstMessage(worker, options.loadTimeoutMs)
    if (message.type !== 'ready') {
      throw new Error(message.type === 'failed' ? message.error : 'The worker thread spoke out of turn.')
    }
    return new Runtime(worker, message, options.runTimeoutMs, lost)
  }

  private constructor(
    worker: Worker,
    loaded: { readonly spec: ModelSpec; readonly batchable: boolean },
    runTimeoutMs: number,
    lost: (error: RuntimeLost) => void,
  ) {
    this.#worker = worker
    this.spec = loaded.spec
    this.batchable = loaded.batchable
    this.#runTimeoutMs = runTimeoutMs
    this.#lost = lost
    worker.on('message', (message: WorkerMessage) => this.#take(message))
    worker.on('error', (error) => this.#end(`The worker thread failed: ${error.message}`))
    worker.on('exit', (code) => this.#end(`The worker thread ended with code ${code}.`))
  }

  /** Rejects with RunError or RuntimeLost. Takes the buffers of `inputs` with it. */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject }
      const buffers = inputs.flatMap(({ data }) => (Array.isArray(data) ? [] : [data.buffer]))
      this.#worker.postMessage({ id: this.#nextId++, inputs } satisfies RunRequest, [...new Set(buffers)])
      this.#deadline = Date.now() + this.#runTimeoutMs
      this.#timer ??= setTimeout(() => this.#checkHung(), this.#runTimeoutMs).unref()
    })
  }

  /** Ends the thread after its run; what runs is lost to its caller. Not `lost` to the owner, who wanted it. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = new RuntimeLost('The model is being unloaded.')
    clearTimeout(this.#timer)
    this.#fail(this.#ended)
    await ended(this.#worker)
  }

  #take(message: WorkerMessage): void {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    if (message.type === 'result') running.resolve(message.outputs)
    else
      running.reject(new RunError(message.type === 'error' ? message.error : 'The worker spoke out of turn.'))
  }

  /** One timer for many runs: it looks whether the present one is late, and comes back when that could be. */
  #checkHung(): void {
    this.#timer = undefined
    if (!this.#running) return
    const left = this.#deadline - Date.now()
    if (left > 0) this.#timer = setTimeout(() => this.#checkHung(), left).unref()
    else this.#end(`A run took longer than ${this.#runTimeoutMs / 1000} s.`)
  }

  /** A thread that hangs in native code can't be ended: it is left behind, to end by itself if it ever comes back. */
  #end(reason: string): void {
    if (this.#ended) return
    this.#ended = new RuntimeLost(reason)
    clearTimeout(this.#timer)
    this.#worker.unref()
    void ended(this.#worker)
    this.#fail(this.#ended)
    this.#lost(this.#ended)
  }

  #fail(error: RuntimeLost): void {
    const running = this.#running
    this.#running = undefined
    running?.reject(error)
  }
}

/** Asks the thread to end and resolves when it has. */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.postMessage({ close: true } satisfies CloseRequest)
  })
}

function firstMessage(worker: Worker, timeoutMs: number): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      settle()
      worker.unref()
      void ended(worker)
      reject(new Error(reason))
    }
    const onMessage = (message: WorkerMessage) => {
      settle()
      resolve(message)
    }
    const onError = (error: Error) => fail(error.message)
    const onExit = (code: number) =>
      fail(`The worker thread ended with code ${code} while it loaded the model.`)
    const timer = setTimeout(fail, timeoutMs, `The model did not load within ${timeoutMs / 1000} s.`)
    const settle = () => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.on('error', () => {})
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
  })
}
