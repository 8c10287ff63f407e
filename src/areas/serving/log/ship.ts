import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../../base/error.ts'
import type { Log } from '../../../base/log.ts'
import { closedSuffix } from './segment.ts'

/** Sends one segment; idempotent by name. `refused`: it will never be taken. */
export type SendSegment = (name: string, path: string, signal: AbortSignal) => Promise<'taken' | 'refused'>

export interface ShipOptions {
  readonly directory: string
  readonly send: SendSegment
  readonly log: Log
  readonly signal: AbortSignal
}

const retryMs = [200, 500, 1000, 2000, 5000]

/** Sends closed segments, oldest first, and deletes what was taken. Whatever fails is tried again for ever. */
export class Shipper {
  readonly #options: ShipOptions
  #wake: () => void = () => {}
  #again = true

  constructor(options: ShipOptions) {
    this.#options = options
  }

  /** There may be something to send. */
  wake(): void {
    this.#again = true
    this.#wake()
  }

  /** Runs until the signal. */
  async run(): Promise<void> {
    const { signal, log } = this.#options
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    let failures = 0
    while (!signal.aborted) {
      this.#again = false
      try {
        await this.shipAll(signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (failures === 0) log.warn('prediction_log.ship_failed', { reason: messageOf(error) })
        const wait = retryMs[Math.min(failures++, retryMs.length - 1)]
        await delay(wait, undefined, { signal }).catch(() => {})
        continue
      }
      if (!this.#again && !signal.aborted) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  /** Sends all that is closed now; rejects at the first failure. */
  async shipAll(signal: AbortSignal): Promise<void> {
    const { directory, send, log } = this.#options
    for (const name of await closedSegments(directory)) {
      signal.throwIfAborted()
      const path = join(directory, name + closedSuffix)
      if ((await send(name, path, signal)) === 'taken') await rm(path, { force: true })
      else {
        log.error('prediction_log.segment_refused', { segment: name, kept: `${path}.refused` })
        await rename(path, `${path}.refused`).catch(() => {})
      }
    }
  }
}

/** Names of closed segments in the order of their making. */
export async function closedSegments(directory: string): Promise<string[]> {
  const files = await readdir(directory).catch(() => [])
  const names = files
    .filter((file) => file.endsWith(closedSuffix))
    .map((file) => file.slice(0, -closedSuffix.length))
  return names.sort((a, b) => {
    const [left, right] = [split(a), split(b)]
    return left.server < right.server ? -1 : left.server > right.server ? 1 : left.sequence - right.sequence
  })
}

function split(name: string): { server: string; sequence: number } {
  const dash = name.lastIndexOf('-')
  return { server: name.slice(0, dash), sequence: Number(name.slice(dash + 1)) }
}
