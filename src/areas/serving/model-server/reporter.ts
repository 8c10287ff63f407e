import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../../base/error.ts'
import type { Log } from '../../../base/log.ts'
import type { Control } from './control.ts'
import type { Counters } from './counters.ts'
import type { Fleet } from './fleet.ts'

export interface ReporterOptions {
  readonly serverId: string
  /** The process that served here before. */
  readonly succeeds: string | undefined
  readonly control: Control
  readonly fleet: Fleet
  readonly counters: Counters
  readonly log: Log
}

/** States are told at once, traffic every second, and that we live at least so often. */
const trafficMs = 1000
const leastMs = 100
const aliveMs = 2000
/** The control plane and this process start together: one of them is first. */
const saidAfter = 5
/** A report holds so many lines at most. */
const mostTraffic = 5000

/** Tells the control plane what is held here and what was answered. */
export class Reporter {
  readonly #options: ReporterOptions
  #wake: () => void = () => {}
  #isUrgent = true

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** A state has changed. */
  changed(): void {
    this.#isUrgent = true
    this.#wake()
  }

  /** Until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0
    let last = 0
    while (!signal.aborted) {
      try {
        if (this.#isUrgent || this.#hasTraffic() || Date.now() - last >= aliveMs) {
          this.#isUrgent = false
          await this.send(signal)
          last = Date.now()
        }
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        this.#isUrgent = true
        if (failures++ === saidAfter) this.#options.log.warn('report.failed', { reason: messageOf(error) })
      }
      await delay(leastMs, undefined, { signal }).catch(() => {})
      if (failures > 0 || !this.#isUrgent) await this.#pause(signal)
    }
  }

  async send(signal: AbortSignal): Promise<void> {
    const { serverId, succeeds, control, fleet, counters } = this.#options
    const { traffic, acknowledged } = counters.report()
    await control.report(
      {
        server_id: serverId,
        ...(succeeds === undefined ? {} : { succeeds }),
        snapshot_version: fleet.versionInEffect,
        revisions: fleet.states(),
        traffic: traffic.slice(0, mostTraffic),
      },
      signal,
    )
    if (traffic.length <= mostTraffic) acknowledged()
  }

  #hasTraffic(): boolean {
    return this.#options.counters.report().traffic.length > 0
  }

  /** Until something is urgent, at most until the next traffic is due. */
  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = () => {}
        resolve()
      }
      const timer = setTimeout(done, trafficMs - leastMs)
      this.#wake = done
      signal.addEventListener('abort', done, { once: true })
    })
  }
}
