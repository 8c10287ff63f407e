import { hostname } from 'node:os'
import { createClient } from '../../client/client.ts'
import {
  type Credential,
  credentialsFile,
  forgetCredential,
  saveCredential,
} from '../../client/credentials.ts'
import { command, said } from '../command.ts'
import { UsageError } from '../usage.ts'

/** Reads `http://host/login#code`, an address, a code or a token: whatever people have at hand. */
export function readWhat(what: string): { url?: string; code?: string; token?: string } {
  if (what.startsWith('slp_')) return { token: what }
  if (!/^https?:\/\//.test(what)) return { code: what }
  if (!URL.canParse(what)) throw new UsageError(`\`${what}\` is not an address.`, 'slipway login --help')
  const url = new URL(what)
  const base = `${url.origin}${url.pathname.replace(/\/login\/?$/, '').replace(/\/+$/, '')}`
  return url.hash === '' ? { url: base } : { url: base, code: url.hash.slice(1) }
}

export const loginCommands = [
  command({
    name: 'login',
    summary: 'Logs the command line in, or makes a login link for a browser',
    arguments: [
      {
        name: 'what',
        summary: 'a login link, a code, a token, or the address of a platform',
        optional: true,
      },
    ],
    options: {
      link: { summary: 'Make a one-time login link for a browser' },
      user: { summary: 'Whose link; default: your own', value: 'NAME' },
      'inference-url': { summary: 'Where the models of this platform answer', value: 'URL' },
    },
    examples: [
      'slipway login --link',
      'slipway login https://slipway.example.org/login#k3…',
      'slipway login --url https://slipway.example.org slp_…',
    ],
    async run({ place, arguments: { what }, options, terminal }) {
      if (options.link) {
        const user = options.user ?? (await place.client.session.get({})).user.name
        const made = await place.client.users.link({ params: { user } })
        const link = `${place.url}${made.path}`
        return said({ ...made, link }, `Open once, within the hour:\n  ${link}`)
      }
      const given = readWhat(what)
      if (given.code === undefined && given.token === undefined) {
        if (terminal.interactive)
          terminal.warn('Paste a login link, a code or a token, then press Enter and Ctrl-D: ')
        Object.assign(given, readWhat((await terminal.read()).trim()))
      }
      const url = given.url ?? place.url
      const token = given.token ?? (await exchanged(url, given.code ?? ''))
      const me = await createClient({ url, token }).session.get({})
      const credential: Credential = {
        token,
        user: me.user.name,
        ...(options['inference-url'] === undefined ? {} : { inferenceUrl: options['inference-url'] }),
      }
      saveCredential(credentialsFile(terminal.environment), url, credential)
      return said(
        { url, user: me.user.name, expires_at: me.expires_at },
        `Logged in to ${url} as ${me.user.name}.`,
      )
    },
  }),
  command({
    name: 'logout',
    summary: 'Revokes the token of this machine and forgets it',
    async run({ place, terminal }) {
      const { token } = place.credential
      const id = /^slp_([0-9a-f]+)_/.exec(token ?? '')?.[1]
      if (id !== undefined) await place.client.tokens.revoke({ params: { token: id } }).catch(() => {})
      forgetCredential(credentialsFile(terminal.environment), place.url)
      return said({ url: place.url }, `Logged out of ${place.url}.`)
    },
  }),
]

async function exchanged(url: string, code: string): Promise<string> {
  if (code === '') throw new UsageError('There is nothing to log in with.', 'slipway login --help')
  const made = await createClient({ url }).session.exchange({
    body: { code, name: `command line on ${hostname()}`.slice(0, 100) },
  })
  return made.secret
}
