import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCode, writeDurable } from '../../../base/durable.ts'
import { messageOf } from '../../../base/error.ts'
import type { Log } from '../../../base/log.ts'
import type { SignedSnapshot, Snapshot } from '../../../contract/modelserver.ts'
import { openSnapshot } from '../snapshot.ts'
import type { Control } from './control.ts'

export interface KeeperOptions {
  readonly file: string
  readonly secret: string
  readonly serverId: string
  readonly control: Control
  readonly log: Log
  /** Given each snapshot that is to be obeyed. */
  readonly apply: (snapshot: Snapshot) => void
}

const waitMs = 25_000
const retryMs = [100, 200, 500, 1000, 2000]
/** The control plane and this process start together: one of them is first. */
const saidAfter = 5

/** Follows the snapshots of the control plane and keeps the last good one on disk. */
export class SnapshotKeeper {
  readonly #options: KeeperOptions
  #current: Snapshot | undefined
  #etag: string | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Applies what the last process kept, so that this one serves without the control plane. */
  async restore(): Promise<void> {
    const { file, secret, log } = this.#options
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    try {
      this.#obey(openSnapshot(JSON.parse(await readFile(file, 'utf8')), secret))
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') log.warn('snapshot.kept_unusable', { reason: messageOf(error) })
    }
  }

  /** Until the signal. */
  async follow(signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    let failures = 0
    while (!signal.aborted) {
      try {
        await this.#next(signal)
        if (failures >= saidAfter) log.info('control.back')
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (failures === saidAfter) log.warn('control.away', { reason: messageOf(error) })
        const wait = retryMs[Math.min(failures++, retryMs.length - 1)]
        await delay(wait, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #next(signal: AbortSignal): Promise<void> {
    const { control, secret, serverId, file, log } = this.#options
    const signed = await control.snapshot({ serverId, etag: this.#etag, waitMs }, signal)
    if (signed === undefined) return
    const snapshot = openSnapshot(signed, secret)
    this.#etag = (signed as SignedSnapshot).etag
    if (!this.#isNewer(snapshot)) {
      log.warn('snapshot.older', { version: snapshot.version, current: this.#current?.version })
      return
    }
    this.#obey(snapshot)
    await writeDurable(file, JSON.stringify(signed)).catch((error: unknown) => {
      log.error('snapshot.not_kept', { reason: messageOf(error) })
    })
  }

  /** An old snapshot that somebody replays is not obeyed; one that was issued later is, also after the database was restored. */
  #isNewer(snapshot: Snapshot): boolean {
    const current = this.#current
    return !current || snapshot.version > current.version || snapshot.issued_at > current.issued_at
  }

  #obey(snapshot: Snapshot): void {
    this.#current = snapshot
    this.#options.log.info('snapshot.obeyed', {
      version: snapshot.version,
      deployments: snapshot.deployments.length,
    })
    this.#options.apply(snapshot)
  }
}
