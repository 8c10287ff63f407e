import { setTimeout as delay } from 'node:timers/promises'
import type { Schedule, Subscription, WorkHandler } from '../base/area.ts'
import { messageOf } from '../base/error.ts'
import { uuidv7 } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { identify } from '../base/process.ts'
import { deliveryHandler } from './delivery.ts'
import { claim, fail, finish, type Lease, nextDue, reap, release, renew } from './lease.ts'
import type { Store } from './store.ts'
import { takeTicks } from './tick.ts'

export interface WorkerOptions {
  readonly handlers: readonly WorkHandler[]
  readonly subscriptions?: readonly Subscription[]
  readonly schedules?: readonly Schedule[]
  readonly log: Log
  /** How long a lease lasts without renewal. Renewed at a third of it. */
  readonly leaseMs?: number
}

export interface Worker {
  /** Works until the signal is aborted; then aborts what it runs, gives it back and resolves. */
  run(signal: AbortSignal): Promise<void>
}

const defaultLeaseMs = 30_000
const pollMs = 2000
const defaultConcurrency = 4
const defaultMaxAttempts = 25
/** How long handlers may take to end after a stop, before their leases are left to run out. */
const stopMs = 15_000

/** Runs queued work, deliveries of events and schedules. Any number of workers may run on one database. */
export function createWorker(store: Store, options: WorkerOptions): Worker {
  return { run: (signal) => new WorkLoop(store, options, signal).run() }
}

interface Running {
  readonly lease: Lease
  readonly stop: AbortController
  readonly done: Promise<void>
}

class WorkLoop {
  readonly #store: Store
  readonly #log: Log
  readonly #signal: AbortSignal
  readonly #leaseMs: number
  readonly #schedules: readonly Schedule[]
  readonly #handlers: ReadonlyMap<string, WorkHandler>
  readonly #maxAttempts: ReadonlyMap<string, number>
  readonly #owner = JSON.stringify({ worker: uuidv7(), process: identify() })
  readonly #running = new Map<string, Running>()
  #wake: () => void = () => {}
  #awake = false
  #nextTick = 0
  #nextReap = 0
  #renewedAt = performance.now()

  constructor(store: Store, options: WorkerOptions, signal: AbortSignal) {
    const deliveries = (options.subscriptions ?? []).map((subscription) =>
      deliveryHandler(store, subscription),
    )
    this.#store = store
    this.#log = options.log
    this.#signal = signal
    this.#leaseMs = options.leaseMs ?? defaultLeaseMs
    this.#schedules = options.schedules ?? []
    this.#handlers = new Map([...options.handlers, ...deliveries].map((handler) => [handler.kind, handler]))
    this.#maxAttempts = new Map(
      [...this.#handlers.values()].map((h) => [h.kind, h.maxAttempts ?? defaultMaxAttempts]),
    )
    store.subscribe(options.subscriptions ?? [])
  }

  async run(): Promise<void> {
    const onAbort = () => this.#wakeUp()
    this.#signal.addEventListener('abort', onAbort)
    const listening = await this.#store.listen('work', (kind) => {
      if (kind === '' || this.#handlers.has(kind)) this.#wakeUp()
    })
    const heartbeat = setInterval(() => this.#renew(), this.#leaseMs / 3)
    try {
      while (!this.#signal.aborted) await this.#turn()
      await this.#stop()
    } finally {
      clearInterval(heartbeat)
      this.#signal.removeEventListener('abort', onAbort)
      await listening[Symbol.asyncDispose]()
    }
  }

  async #turn(): Promise<void> {
    this.#awake = false
    let wait = pollMs
    try {
      wait = Math.min(await this.#tick(), await this.#reap())
      wait = Math.min(wait, await this.#claim())
    } catch (error) {
      this.#log.warn('worker.turn_failed', { error: messageOf(error) })
    }
    if (!this.#awake && wait > 0) await this.#sleep(wait)
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, ms)
    await promise
    clearTimeout(timer)
  }

  #wakeUp(): void {
    this.#awake = true
    this.#wake()
  }

  /** Takes due ticks; returns how long until the next. */
  async #tick(): Promise<number> {
    if (this.#schedules.length === 0) return pollMs
    if (performance.now() >= this.#nextTick) {
      const { next, now } = await takeTicks(this.#store, this.#schedules)
      this.#nextTick =
        performance.now() + Math.max(1, (next?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime())
    }
    return Math.max(1, this.#nextTick - performance.now())
  }

  async #reap(): Promise<number> {
    if (performance.now() < this.#nextReap) return pollMs
    const count = await reap(this.#store.read, this.#maxAttempts)
    this.#nextReap = performance.now() + Math.min(pollMs, this.#leaseMs / 3)
    if (count > 0) this.#log.warn('worker.leases_reaped', { count })
    return Math.min(pollMs, this.#leaseMs / 3)
  }

  /** Fills free slots; returns how long to wait for more. */
  async #claim(): Promise<number> {
    const capacities = this.#capacities()
    if (capacities.length === 0) return pollMs
    const begun = performance.now()
    const leases = await claim(this.#store.read, capacities, this.#owner, this.#leaseMs)
    for (const lease of leases) this.#start(lease)
    if (leases.length > 0) return 0
    // what came due after the claim had looked is not to wait for the next poll
    const kinds = capacities.map(({ kind }) => kind)
    const due = await nextDue(this.#store.read, kinds, performance.now() - begun)
    return Math.min(pollMs, Math.max(1, due ?? pollMs))
  }

  #capacities(): { kind: string; free: number }[] {
    const busy = new Map<string, number>()
    for (const { lease } of this.#running.values()) busy.set(lease.kind, (busy.get(lease.kind) ?? 0) + 1)
    return [...this.#handlers.values()]
      .map(({ kind, concurrency }) => ({
        kind,
        free: (concurrency ?? defaultConcurrency) - (busy.get(kind) ?? 0),
      }))
      .filter(({ free }) => free > 0)
  }

  #start(lease: Lease): void {
    const stop = new AbortController()
    if (this.#signal.aborted) stop.abort()
    const done = this.#attempt(lease, stop.signal)
      .catch((error) => this.#log.error('work.upkeep_failed', { kind: lease.kind, key: lease.key, error }))
      .finally(() => {
        this.#running.delete(lease.id)
        // Another worker may be waiting for this key to become free.
        if (lease.concurrencyKey !== null) this.#store.notify('work', '')
        this.#wakeUp()
      })
    this.#running.set(lease.id, { lease, stop, done })
  }

  async #attempt(lease: Lease, signal: AbortSignal): Promise<void> {
    const handler = this.#handlers.get(lease.kind)
    if (handler === undefined) return release(this.#store.read, lease)
    try {
      const next = await handler.handle(lease, { workId: lease.id, attempt: lease.attempt, signal })
      await finish(this.#store.read, lease, next?.again)
    } catch (error) {
      if (this.#signal.aborted) return release(this.#store.read, lease)
      this.#log.warn('work.failed', {
        kind: lease.kind,
        key: lease.key,
        attempt: lease.attempt,
        failures: lease.failures + 1,
        error,
      })
      await fail(
        this.#store.read,
        lease,
        messageOf(error),
        this.#maxAttempts.get(lease.kind) ?? defaultMaxAttempts,
      )
    }
  }

  async #renew(): Promise<void> {
    const running = [...this.#running.values()]
    if (running.length === 0) {
      this.#renewedAt = performance.now()
      return
    }
    try {
      const held = await renew(
        this.#store.read,
        running.map(({ lease }) => lease),
        this.#leaseMs,
      )
      for (const { lease, stop } of running) {
        if (held.has(lease.id) || !this.#running.has(lease.id)) continue
        this.#log.warn('work.lease_lost', { kind: lease.kind, key: lease.key, attempt: lease.attempt })
        stop.abort()
      }
      this.#renewedAt = performance.now()
    } catch (error) {
      this.#log.warn('worker.renew_failed', { error: messageOf(error) })
      // The leases have run out by now: others may have the work.
      if (performance.now() - this.#renewedAt > this.#leaseMs) for (const { stop } of running) stop.abort()
    }
  }

  async #stop(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort()
    const all = Promise.all([...this.#running.values()].map(({ done }) => done))
    const timer = new AbortController()
    await Promise.race([all, delay(stopMs, undefined, { signal: timer.signal }).catch(() => {})])
    timer.abort()
    for (const { lease } of this.#running.values())
      this.#log.warn('work.left_running', { kind: lease.kind, key: lease.key })
  }
}
