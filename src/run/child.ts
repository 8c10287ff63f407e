import { createLog, type Log } from '../base/log.ts'
import {
  type Config,
  type Given,
  openSecrets,
  readConfig,
  readSettings,
  type Secrets,
} from '../config/index.ts'
import type { Ready } from './supervisor.ts'

/** What a process of the platform begins with. */
export interface Child {
  readonly config: Config
  readonly secrets: Secrets
  readonly log: Log
  /** Aborted by SIGTERM, SIGINT, or when the supervisor is gone. */
  readonly signal: AbortSignal
  /** Tells the supervisor that this process does its work. */
  ready(told?: Ready): void
  /** True when the supervisor says that the database is up (at once without a supervisor); false when it is over before. */
  begin(): Promise<boolean>
}

/** Reads the environment and ties this process to its supervisor, if it has one. */
export async function startChild(part: string, given: Given = readSettings(process.env)): Promise<Child> {
  const config = readConfig(given)
  const log = createLog({ level: config.logLevel, fields: { part } })
  const stop = new AbortController()
  const begun = Promise.withResolvers<boolean>()
  stop.signal.addEventListener('abort', () => begun.resolve(false))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  if (process.send === undefined) begun.resolve(true)
  else {
    process.on('message', (message) => {
      if (message === 'begin') begun.resolve(true)
      if (message === 'stop') stop.abort()
    })
    process.once('disconnect', () => stop.abort())
  }
  process.on('unhandledRejection', (reason) => {
    log.error('process.unhandled_rejection', { error: reason })
    process.exitCode = 1
    stop.abort()
  })
  return {
    config,
    secrets: await openSecrets(config.home),
    log,
    signal: stop.signal,
    ready: (told) => void process.send?.({ ready: part, ...told }),
    begin: () => begun.promise,
  }
}

/** Ends the ties to the supervisor, so that the process can end by itself. */
export function endChild(): void {
  if (process.connected) process.disconnect()
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
