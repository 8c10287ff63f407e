import { system } from '../base/principal.ts'
import type { Platform } from '../platform.ts'

/** A link that opens the pages once, logged in as the administrator. Not with a password: then that is the way in. */
export async function loginLink(
  platform: Platform,
  address: string,
  password: boolean,
): Promise<string | undefined> {
  const { administrator } = await platform.access.bootstrap()
  if (password) return undefined
  const link = await platform.access.makeLoginLink(system('serve'), administrator)
  return `${address}${link.path}`
}
