import type { MonitoringDeps } from '../deps.ts'

/** What of a channel must not lie open in the database. */
export interface SealedChannel {
  readonly url: string
  readonly secret: string
}

type Secrets = MonitoringDeps['secrets']

export function sealChannel(secrets: Secrets, id: string, channel: SealedChannel): Buffer {
  return secrets.seal(JSON.stringify(channel), `channel:${id}`)
}

export function openChannel(secrets: Secrets, id: string, sealed: Uint8Array): SealedChannel {
  return JSON.parse(secrets.open(sealed, `channel:${id}`)) as SealedChannel
}
