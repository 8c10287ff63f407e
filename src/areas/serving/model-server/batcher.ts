import { RunError, type Runtime, RuntimeLost } from '../onnx/runtime.ts'
import type { Tensor } from '../onnx/tensor.ts'
import { batchKey, joinInputs, rowsOf, splitOutputs } from './batch.ts'
import type { Limits } from './limits.ts'
import { Problem, unavailable } from './protocol/problem.ts'

/** A request that waits or runs; `cancelled` when its caller went away. */
interface Job {
  readonly inputs: readonly Tensor[]
  readonly rows: number | undefined
  readonly key: string
  readonly expiresAt: number
  readonly cancelled: () => boolean
  readonly resolve: (outputs: readonly Tensor[]) => void
  readonly reject: (error: Error) => void
  alone: boolean
}

const sweepMs = 250

/**
 * Gives requests to a runtime. What arrives while a run is under way waits and then shares the next run, so that there is
 * no wait when there is no load. Only requests whose shapes agree share a run, and only where rows are independent.
 */
export class Batcher {
  readonly #limits: Limits
  #queue: Job[] = []
  #running: readonly Job[] = []
  #runtime: Runtime | undefined
  #sweep: NodeJS.Timeout | undefined
  #splits = true
  #closed: Error | undefined
  #idle: (() => void)[] = []
  /** For metrics. */
  runs = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get queued(): number {
    return this.#queue.length
  }

  get busy(): boolean {
    return this.#queue.length > 0 || this.#running.length > 0
  }

  /** From now on, runs go there; undefined: they wait. */
  use(runtime: Runtime | undefined): void {
    this.#runtime = runtime
    this.#dispatch()
  }

  /** The model's outputs for these inputs. Rejects with a Problem. */
  submit(inputs: readonly Tensor[], cancelled: () => boolean): Promise<readonly Tensor[]> {
    if (this.#closed) return Promise.reject(this.#closed)
    if (this.#queue.length >= this.#limits.max_queue) {
      return Promise.reject(unavailable('the model has too many requests waiting'))
    }
    return new Promise((resolve, reject) => {
      const rows = rowsOf(inputs)
      const expiresAt = Date.now() + this.#limits.queue_timeout_ms
      this.#queue.push({
        inputs,
        rows,
        key: batchKey(inputs),
        expiresAt,
        cancelled,
        resolve,
        reject,
        alone: false,
      })
      this.#sweep ??= setTimeout(() => this.#expire(), sweepMs).unref()
      this.#dispatch()
    })
  }

  /** Resolves when nothing waits or runs. */
  drained(): Promise<void> {
    if (!this.busy) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Refuses what waits and what comes. */
  close(error: Error): void {
    this.#closed = error
    for (const job of this.#queue.splice(0)) job.reject(error)
    clearTimeout(this.#sweep)
  }

  #dispatch(): void {
    const runtime = this.#runtime
    if (!runtime || this.#running.length > 0) return
    const jobs = this.#take(runtime.batchable && this.#splits)
    if (jobs.length === 0) return
    this.#running = jobs
    this.runs++
    runtime.run(joinInputs(jobs.map((job) => job.inputs))).then(
      (outputs) => this.#deliver(jobs, outputs),
      (error: Error) => this.#failed(jobs, error),
    )
  }

  /** The jobs of the next run: from the head of the queue, as long as they go together. */
  #take(batchable: boolean): Job[] {
    const jobs: Job[] = []
    let rows = 0
    let taken = 0
    for (const job of this.#queue) {
      if (job.cancelled()) {
        taken++
        job.reject(new Problem(499, 'the caller went away'))
        continue
      }
      const [first] = jobs
      if (
        first &&
        !(batchable && goTogether(first, job) && rows + (job.rows ?? 0) <= this.#limits.max_batch_rows)
      )
        break
      jobs.push(job)
      taken++
      rows += job.rows ?? 0
    }
    this.#queue.splice(0, taken)
    return jobs
  }

  #deliver(jobs: readonly Job[], outputs: readonly Tensor[]): void {
    this.#running = []
    if (jobs.length === 1) jobs[0]?.resolve(outputs)
    else {
      const parts = splitOutputs(
        outputs,
        jobs.map((job) => job.rows ?? 0),
      )
      if (parts) for (const [i, job] of jobs.entries()) job.resolve(parts[i] ?? [])
      else {
        this.#splits = false
        this.#runAlone(jobs)
      }
    }
    this.#next()
  }

  /** One request's values may have failed the run of all: then each has its own run. */
  #failed(jobs: readonly Job[], error: Error): void {
    this.#running = []
    if (error instanceof RuntimeLost) {
      this.#runtime = undefined
      for (const job of jobs) job.reject(unavailable(`the model stopped while it answered: ${error.message}`))
    } else if (jobs.length > 1) this.#runAlone(jobs)
    else {
      const message = error instanceof RunError ? shortened(error.message) : 'internal error'
      jobs[0]?.reject(new Problem(500, `the model failed: ${message}`))
    }
    this.#next()
  }

  #runAlone(jobs: readonly Job[]): void {
    for (const job of jobs) job.alone = true
    this.#queue.unshift(...jobs)
  }

  #next(): void {
    this.#dispatch()
    if (this.busy) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #expire(): void {
    this.#sweep = undefined
    const now = Date.now()
    const expired = this.#queue.filter((job) => job.expiresAt <= now)
    if (expired.length > 0) {
      this.#queue = this.#queue.filter((job) => job.expiresAt > now)
      for (const job of expired) job.reject(unavailable('the request waited too long for the model'))
      this.#next()
    }
    if (this.#queue.length > 0) this.#sweep = setTimeout(() => this.#expire(), sweepMs).unref()
  }
}

function goTogether(first: Job, job: Job): boolean {
  return (
    !first.alone && !job.alone && first.rows !== undefined && job.rows !== undefined && first.key === job.key
  )
}

/** Messages of onnxruntime begin with the place in its source. */
function shortened(message: string): string {
  return message.replace(/\/onnxruntime_src\/\S+\s?/g, '').slice(0, 500)
}
