import { createHash } from 'node:crypto'
import type { SignedSnapshot, Snapshot } from '../../contract/modelserver.ts'
import type { ServingDeps } from './deps.ts'
import { snapshotSignature } from './snapshot.ts'
import { readContent } from './snapshot-reader.ts'

type SourceDeps = Pick<ServingDeps, 'store' | 'access' | 'auth' | 'secret'>

/** Hints may be lost: the truth is looked up so often. */
const pollMs = 2000

/** Gives model servers the signed snapshot, and lets them wait for the next. */
export class SnapshotSource {
  readonly #deps: SourceDeps
  #last: SignedSnapshot | undefined

  constructor(deps: SourceDeps) {
    this.#deps = deps
  }

  async current(): Promise<SignedSnapshot> {
    const content = await readContent(this.#deps)
    const etag = createHash('sha256').update(JSON.stringify(content)).digest('base64url')
    if (this.#last?.etag === etag) return this.#last
    const snapshot: Snapshot = { ...content, issued_at: new Date().toISOString() }
    const body = JSON.stringify(snapshot)
    this.#last = { etag, body, signature: snapshotSignature(body, this.#deps.secret) }
    return this.#last
  }

  /** The snapshot as soon as it is not the one of `etag`; undefined when it still is after `waitMs`. */
  async next(
    etag: string | undefined,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<SignedSnapshot | undefined> {
    const deadline = Date.now() + waitMs
    let wake = () => {}
    await using _listening = await this.#deps.store.listen('hints', (payload) => {
      if (
        payload === '' ||
        payload.includes('"serving-snapshot:') ||
        payload.includes('"token:') ||
        payload.includes('"member:')
      )
        wake()
    })
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const snapshot = await this.current()
      if (snapshot.etag !== etag) return snapshot
      const left = deadline - Date.now()
      if (left <= 0 || signal.aborted) return undefined
      await firstOf(woken, Math.min(left, pollMs), signal)
    }
  }
}

/** Resolves when woken, after the time, or when aborted. */
function firstOf(woken: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    woken.then(done)
  })
}
