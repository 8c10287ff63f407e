import { join } from 'node:path'
import { system } from '../base/principal.ts'
import { readCredentials, saveCredential } from '../client/credentials.ts'
import type { Config } from '../config/index.ts'
import type { Platform } from '../platform.ts'
import { inferenceUrl } from './address.ts'

const principal = system('serve')
const tokenMs = 30 * 24 * 3_600_000

/** A link that opens the pages once, logged in as the administrator. Not with a password: then that is the way in. */
export async function loginLink(
  platform: Platform,
  address: string,
  config: Config,
): Promise<string | undefined> {
  if (config.administrator.password !== undefined || config.auth === 'none') return undefined
  const { administrator } = await platform.access.bootstrap()
  const link = await platform.access.makeLoginLink(principal, administrator)
  return `${address}${link.path}`
}

/** Lets the `slipway` command on this machine act for the administrator: a token in a file that only its owner reads. */
export async function keepCredentials(platform: Platform, address: string, config: Config): Promise<void> {
  const file = join(config.home, 'credentials')
  const known = readCredentials(file).platforms[address]
  const { administrator } = await platform.access.bootstrap()
  // a port that nobody chose may have become another, which the supervisor has noted
  const noted = config.inference.anyPort ? known?.inferenceUrl : undefined
  const place = { user: administrator.name, inferenceUrl: noted ?? inferenceUrl(config) }
  if (config.auth === 'none' || (await valid(platform, known?.token)))
    return saveCredential(file, address, place)
  const { text } = await platform.store.transact(principal, (tx) =>
    platform.access.issueToken(tx, {
      userId: administrator.id,
      name: 'slipway on this machine',
      expiresAt: new Date(tx.now.getTime() + tokenMs),
    }),
  )
  saveCredential(file, address, { ...place, token: text })
}

async function valid(platform: Platform, token: string | undefined): Promise<boolean> {
  if (token === undefined) return false
  const caller = { headers: { authorization: `Bearer ${token}` }, ip: '127.0.0.1' }
  return (await platform.access.authenticate(caller).catch(() => undefined)) !== undefined
}
