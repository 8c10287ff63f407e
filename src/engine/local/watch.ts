import { existsSync, watch } from 'node:fs'

/** A fallback for events that the system does not deliver. */
const pollMs = 500

/**
 * Resolves when something may have happened below a path: soon after a change, and in any case after a while. Changes
 * made since the watcher was opened are not missed.
 */
export interface Watcher extends Disposable {
  changed(signal: AbortSignal): Promise<void>
}

export function openWatcher(path: string): Watcher {
  let pending = false
  let wake = () => {}
  const watcher = existsSync(path)
    ? watch(path, { persistent: false }, () => {
        pending = true
        wake()
      })
    : undefined
  watcher?.on('error', () => {})
  return {
    async changed(signal) {
      signal.throwIfAborted()
      if (!pending) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          signal.addEventListener('abort', wake, { once: true })
        })
        signal.removeEventListener('abort', wake)
      }
      pending = false
      signal.throwIfAborted()
    },
    [Symbol.dispose]: () => watcher?.close(),
  }
}
