import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA special-purpose addresses (RFC 6890 and its registry): what is not for the public Internet. */
const specialV4: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Of the global unicast range 2000::/3: Teredo and its siblings, documentation, 6to4 (which holds any IPv4 address). */
const specialV6: readonly [network: string, bits: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const special = new BlockList()
for (const [network, bits] of specialV4) special.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of specialV6) special.addSubnet(network, bits, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether an IP address belongs to the public Internet. */
export function isPublicAddress(address: string): boolean {
  const plain = unmapped(address)
  if (isIPv4(plain)) return !special.check(plain, 'ipv4')
  return isIPv6(plain) && global.check(plain, 'ipv6') && !special.check(plain, 'ipv6')
}

/** The IPv4 address in ::ffff:a.b.c.d, in any of its spellings; all else as it is. */
export function unmapped(address: string): string {
  if (!isIPv6(address)) return address
  const canonical = new URL(`http://[${address.split('%', 1)[0]}]/`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? []
  if (high === undefined || low === undefined) return canonical
  const number = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16)
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
}
