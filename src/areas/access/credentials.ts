/** The part of a request that says who calls; a Fastify request is one. */
export interface Caller {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly ip: string
}

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'session'; readonly secret: string }

/** What a caller shows of itself. A header wins over a cookie: programs that send one mean it. */
export function credentialsOf(caller: Caller, cookieName: string): Credentials {
  const header = caller.headers.authorization
  if (typeof header === 'string') return fromHeader(header)
  const secret = cookie(caller.headers.cookie, cookieName)
  return secret === undefined ? { kind: 'none' } : { kind: 'session', secret }
}

function fromHeader(header: string): Credentials {
  const [, scheme = '', rest = ''] = /^(\S+) +(\S+)$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', secret: rest }
  if (scheme.toLowerCase() !== 'basic') return { kind: 'bearer', secret: '' }
  const text = Buffer.from(rest, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const password = text.slice(colon + 1)
  // Clients that know only names and passwords (git, MLflow) may send a token as the password.
  if (password.startsWith('slp_')) return { kind: 'bearer', secret: password }
  return { kind: 'password', user: colon < 0 ? '' : text.slice(0, colon), password }
}

/** The value of one cookie (RFC 6265). */
export function cookie(header: string | string[] | undefined, name: string): string | undefined {
  if (typeof header !== 'string') return undefined
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}
