import type { Secrets } from '../../config/index.ts'

/** What of a webhook must not lie open in the database. */
export interface Sealed {
  readonly url: string
  readonly secret: string | null
}

export function seal(secrets: Secrets, id: string, webhook: Sealed): Buffer {
  return secrets.seal(JSON.stringify(webhook), `webhook:${id}`)
}

export function unseal(secrets: Secrets, id: string, sealed: Uint8Array): Sealed {
  return JSON.parse(secrets.open(sealed, `webhook:${id}`)) as Sealed
}
