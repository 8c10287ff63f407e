import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, SlipwayError } from '../../../base/error.ts'
import type { Log } from '../../../base/log.ts'
import type { Snapshot } from '../../../contract/modelserver.ts'
import { tryModel } from '../onnx/inspect.ts'
import { Runtime, type RuntimeLost } from '../onnx/runtime.ts'
import type { ModelSpec } from '../onnx/tensor.ts'
import { Batcher } from './batcher.ts'
import type { Limits } from './limits.ts'
import type { ModelCache } from './model-cache.ts'
import { unavailable } from './protocol/problem.ts'

export type RevisionFacts = Snapshot['deployments'][number]['revisions'][number]

export interface RevisionDeps {
  readonly cache: ModelCache
  readonly log: Log
  readonly limits: Limits
  /** Called after each change of state. */
  readonly changed: () => void
}

const fetchRetryMs = [200, 500, 1000, 2000, 5000]
const restartMs = [100, 500, 2000, 10_000, 30_000]
/** A runtime that lasted so long starts the count of restarts anew. */
const goodAfterMs = 60_000
/** Threads that hang in native code can't be ended: no more than these are left behind. */
const mostRestarts = 20

/** One revision on this server: fetched, tried, loaded, running, restarted when it is lost. */
export class Revision {
  readonly number: number
  readonly modelVersionId: string
  readonly batcher: Batcher
  readonly #digest: string
  readonly #deps: RevisionDeps
  readonly #stop = new AbortController()
  #state: 'loading' | 'ready' | 'failed' = 'loading'
  #error: string | undefined
  #spec: ModelSpec | undefined
  #runtime: Runtime | undefined
  #restarts = 0
  #readyAt = 0
  #draining = false

  constructor(facts: RevisionFacts, deps: RevisionDeps) {
    this.number = facts.number
    this.modelVersionId = facts.model_version_id
    this.#digest = facts.digest
    this.#deps = deps
    this.batcher = new Batcher(deps.limits)
    void this.#load()
  }

  get state(): 'loading' | 'ready' | 'failed' {
    return this.#state
  }

  get error(): string | undefined {
    return this.#error
  }

  get isDraining(): boolean {
    return this.#draining
  }

  /** What the model takes and gives; known from the first time that it was ready. */
  get spec(): ModelSpec | undefined {
    return this.#spec
  }

  /** Unloads the model once everything that it was given is answered. */
  async drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    if (this.#state === 'ready') await this.batcher.drained()
    await this.close()
  }

  async close(): Promise<void> {
    this.#draining = true
    this.#stop.abort()
    this.batcher.close(unavailable('the model is being unloaded'))
    await this.#runtime?.close()
  }

  async #load(): Promise<void> {
    const { signal } = this.#stop
    try {
      const path = await this.#fetch()
      await this.#try(path)
      if (signal.aborted) return
      const { limits } = this.#deps
      const runtime = await Runtime.start(
        {
          path,
          threads: limits.threads,
          loadTimeoutMs: limits.load_timeout_ms,
          runTimeoutMs: limits.run_timeout_ms,
        },
        (error) => void this.#restart(error),
      )
      if (signal.aborted) return void runtime.close()
      this.#runtime = runtime
      this.#spec = runtime.spec
      this.#readyAt = Date.now()
      this.batcher.use(runtime)
      this.#become('ready')
    } catch (error) {
      if (!signal.aborted) this.#become('failed', messageOf(error))
    }
  }

  /** The file, however long the control plane is away. */
  async #fetch(): Promise<string> {
    const { cache, log } = this.#deps
    const { signal } = this.#stop
    for (let failures = 0; ; failures++) {
      try {
        return await cache.path(this.#digest, signal)
      } catch (error) {
        if (signal.aborted) throw error
        if (failures === 0) log.warn('revision.fetch_failed', { reason: messageOf(error) })
        await delay(fetchRetryMs[Math.min(failures, fetchRetryMs.length - 1)], undefined, { signal })
      }
    }
  }

  /** A file that was not seen before is first loaded where it can do no harm. */
  async #try(path: string): Promise<void> {
    const { cache, limits } = this.#deps
    if (await cache.isTried(this.#digest)) return
    await tryModel(path, { timeoutMs: limits.load_timeout_ms, memoryBytes: limits.load_memory_bytes })
    await cache.noteTried(this.#digest)
  }

  async #restart(error: RuntimeLost): Promise<void> {
    const { log } = this.#deps
    const { signal } = this.#stop
    this.#runtime = undefined
    this.batcher.use(undefined)
    if (signal.aborted) return
    if (Date.now() - this.#readyAt > goodAfterMs) this.#restarts = 0
    log.error('revision.lost', { reason: error.message, restarts: this.#restarts })
    if (this.#restarts >= mostRestarts) {
      const failed = new SlipwayError(
        'invalid_model',
        `The model was lost ${mostRestarts} times: ${error.message}`,
      )
      return this.#become('failed', failed.message)
    }
    this.#become('loading', error.message)
    await delay(restartMs[Math.min(this.#restarts++, restartMs.length - 1)], undefined, { signal }).catch(
      () => {},
    )
    if (!signal.aborted) await this.#load()
  }

  #become(state: 'loading' | 'ready' | 'failed', error?: string): void {
    this.#state = state
    this.#error = error
    if (state === 'failed') this.batcher.close(unavailable('the model failed to load', 5))
    const level = state === 'failed' ? 'error' : 'info'
    this.#deps.log[level](`revision.${state}`, error === undefined ? {} : { reason: error })
    this.#deps.changed()
  }
}
