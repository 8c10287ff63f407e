import type { Given } from '../config/index.ts'
import { openPlatform } from '../platform.ts'
import { createWorker } from '../store/index.ts'
import { apiUrl } from './address.ts'
import { endChild, startChild } from './child.ts'
import { version } from './version.ts'

/** `slipway worker`: leased work, deliveries of events and schedules. Any number of them may share a database. */
export async function work(given?: Given): Promise<undefined> {
  const child = await startChild('worker', given)
  const { config, secrets, log, signal } = child
  if (!(await child.begin())) return void endChild()
  await using platform = await openPlatform({ config, secrets, log, version, apiUrl: apiUrl(config) })
  const worker = createWorker(platform.store, {
    handlers: platform.handlers,
    subscriptions: platform.subscriptions,
    schedules: platform.schedules,
    log,
  })
  child.ready()
  platform.sweep().catch((error) => log.warn('jobs.sweep_failed', { error }))
  await worker.run(signal)
  endChild()
}
