import { SlipwayError } from '../../base/error.ts'

/** Slows down guessing: so many failures an address may have in a minute, and all addresses together. */
export interface Throttle {
  /** Throws `rate_limited` when the address has failed too often of late. */
  check(address: string): void
  failed(address: string): void
}

const windowMs = 60_000
const perAddress = 10
const together = 300

export function createThrottle(now: () => number = Date.now): Throttle {
  let since = now()
  let total = 0
  let failures = new Map<string, number>()
  const turn = () => {
    if (now() - since < windowMs) return
    since = now()
    total = 0
    failures = new Map()
  }
  return {
    check(address) {
      turn()
      if ((failures.get(network(address)) ?? 0) < perAddress && total < together) return
      throw new SlipwayError('rate_limited', 'Too many failed attempts to log in.', {
        facts: { retry_after: Math.ceil((since + windowMs - now()) / 1000) },
      })
    },
    failed(address) {
      turn()
      total += 1
      failures.set(network(address), (failures.get(network(address)) ?? 0) + 1)
    },
  }
}

/** One customer of a provider has a whole /64 of IPv6. */
function network(address: string): string {
  return address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address
}
