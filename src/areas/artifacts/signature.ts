import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signs addresses that stand for themselves: whoever holds one may do this one thing until it expires. */
export interface Signer {
  /** The query that makes an address good for so many seconds. */
  sign(what: readonly string[], seconds: number): { expires: string; signature: string }
  holds(what: readonly string[], query: { expires: string; signature: string }): boolean
}

export function createSigner(secret: Uint8Array): Signer {
  const mac = (what: readonly string[], expires: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([...what, expires]))
      .digest()
  return {
    sign(what, seconds) {
      const expires = String(Math.ceil(Date.now() / 1000) + seconds)
      return { expires, signature: mac(what, expires).toString('base64url') }
    },
    holds(what, { expires, signature }) {
      const given = Buffer.from(signature, 'base64url')
      const right = mac(what, expires)
      const same = given.length === right.length && timingSafeEqual(given, right)
      return same && Number(expires) * 1000 > Date.now()
    },
  }
}
