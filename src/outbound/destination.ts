import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { messageOf, SlipwayError } from '../base/error.ts'
import type { Allowlist } from './allowlist.ts'
import { isPublicAddress } from './public-address.ts'

/** A URL whose host was resolved and checked; a connection may go to these addresses and to no other. */
export interface Destination {
  readonly url: URL
  /** One or more. */
  readonly addresses: readonly string[]
}

export type Resolve = (host: string) => Promise<readonly string[]>

/** All addresses of a host, by the system's resolver. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

/** The parts of a URL that can be judged without resolving it. Fails with `destination_refused`. */
function parseDestination(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw refused(`"${text}" is not a URL.`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused(`Only http and https can be reached, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '')
    throw refused('A URL must not hold a user name or password.')
  return url
}

/** Resolves once, and refuses when any of the addresses is not public and not allowed. */
export async function resolveDestination(
  text: string,
  allowlist: Allowlist,
  resolve: Resolve,
): Promise<Destination> {
  const url = parseDestination(text)
  // The URL parser has made plain addresses of all spellings: 2130706433, 0x7f.1, [::ffff:7f00:1].
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const addresses = isIP(host) > 0 ? [host] : await resolved(host, resolve)
  const forbidden = addresses.find(
    (address) => !isPublicAddress(address) && !allowlist.allows({ host, port, address }),
  )
  if (addresses.length === 0) throw unresolved(host, 'it has no address')
  // The address itself is not told: it would map a private network to whoever asks.
  if (forbidden !== undefined) throw refused(`${host} is at a private or special address.`)
  return { url, addresses }
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host)
  } catch (error) {
    throw unresolved(host, messageOf(error), error)
  }
}

function refused(detail: string): SlipwayError {
  return new SlipwayError('destination_refused', detail)
}

function unresolved(host: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError('destination_failed', `${host} cannot be resolved: ${why}.`, { cause })
}
