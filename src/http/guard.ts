import { isIP } from 'node:net'
import { SlipwayError } from '../base/error.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses names that are not ours: a page of another site whose name was pointed at this address (DNS rebinding)
 * would count as same-origin. Addresses can't be rebound, so that they need no list.
 */
export function checkHost(headers: Headers, allowed: ReadonlySet<string>): void {
  const host = typeof headers.host === 'string' ? hostName(headers.host) : undefined
  if (host === undefined) throw new SlipwayError('wrong_host', 'The request has no valid Host header.')
  const own = host === 'localhost' || host.endsWith('.localhost') || isIP(host) !== 0 || allowed.has(host)
  if (!own) throw new SlipwayError('wrong_host', `This platform is not known as \`${host}\`.`)
}

/** `example.org:4600` → `example.org`; brackets of IPv6 are taken off. */
export function hostName(host: string): string | undefined {
  const [, v6, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (v6 ?? name)?.toLowerCase()
}

/**
 * Refuses changes that another site makes a browser ask for (CSRF). Browsers say where a request comes from; what a
 * cookie alone identifies must say so, and carry a header that only our own pages can add.
 */
export function checkOrigin(
  method: string,
  headers: Headers,
  cookie: boolean,
  allowed: ReadonlySet<string>,
): void {
  if (safeMethods.has(method)) return
  const site = headers['sec-fetch-site']
  const { origin } = headers
  const told = site !== undefined || origin !== undefined
  const own = site === undefined ? isOwn(origin, headers.host, allowed) : site === 'same-origin'
  if (told && !own) throw new SlipwayError('cross_site', 'A page of another site asked for this change.')
  if (cookie && (!told || headers['slipway-csrf'] === undefined)) {
    throw new SlipwayError('cross_site', 'A change by cookie needs the headers Origin and Slipway-CSRF.')
  }
}

function isOwn(
  origin: string | string[] | undefined,
  host: string | string[] | undefined,
  allowed: ReadonlySet<string>,
): boolean {
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false
  const from = new URL(origin)
  // Behind a proxy the host may be another one than the browser's.
  return from.host === host || allowed.has(from.hostname)
}
