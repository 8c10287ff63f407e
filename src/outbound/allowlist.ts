import { BlockList, isIP, isIPv6 } from 'node:net'
import { SlipwayError } from '../base/error.ts'
import { unmapped } from './public-address.ts'

/** What the operator allows besides the public Internet. */
export interface Allowlist {
  allows(destination: { host: string; port: number; address: string }): boolean
}

interface Entry {
  readonly port: number | undefined
  readonly matches: (host: string, address: string) => boolean
}

/** Entries are `host`, `address` or `network/bits`, each with or without `:port`. Fails with `invalid_config`. */
export function parseAllowlist(entries: readonly string[]): Allowlist {
  const parsed = entries.map(parseEntry)
  return {
    allows: ({ host, port, address }) =>
      parsed.some((entry) => (entry.port ?? port) === port && entry.matches(host, unmapped(address))),
  }
}

function parseEntry(entry: string): Entry {
  const { name, port } = splitPort(entry.trim().toLowerCase())
  const [network = '', bits] = name.split('/')
  if (isIP(network) > 0) return { port, matches: inNetwork(entry, unmapped(network), bits) }
  if (bits !== undefined || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(network)) throw invalid(entry)
  return { port, matches: (host) => host === network }
}

function splitPort(entry: string): { name: string; port: number | undefined } {
  const bracketed = /^\[(.+)\](?::(\d{1,5}))?$/.exec(entry)
  const plain = isIPv6(entry.split('/')[0] ?? '') ? null : /^([^:]+):(\d{1,5})$/.exec(entry)
  const [, name = entry, port] = bracketed ?? plain ?? []
  return { name, port: port === undefined ? undefined : Number(port) }
}

function inNetwork(entry: string, network: string, bits: string | undefined): Entry['matches'] {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  const most = family === 'ipv6' ? 128 : 32
  const length = bits === undefined ? most : Number(bits)
  if (!Number.isInteger(length) || length < 0 || length > most) throw invalid(entry)
  const list = new BlockList()
  list.addSubnet(network, length, family)
  return (_host, address) => (isIPv6(address) ? 'ipv6' : 'ipv4') === family && list.check(address, family)
}

function invalid(entry: string): SlipwayError {
  return new SlipwayError(
    'invalid_config',
    `"${entry}" in the list of allowed destinations is no host, address or network.`,
  )
}
