import { createHash, randomBytes, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^slp_([0-9a-z]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/** A bearer token `slp_<id>_<secret><crc>`: findable by scanners, checkable without a database. */
export interface TokenText {
  readonly id: string
  readonly text: string
}

/** A new random token with 256 bits of secret. */
export function newToken(): TokenText {
  const id = randomBytes(8).toString('hex')
  const secret = Array.from({ length: 43 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return { id, text: `slp_${id}_${secret}${checksum(id, secret)}` }
}

/** The id of a well-formed token; undefined for anything mistyped or cut off. */
export function tokenId(text: string): string | undefined {
  const [, id, secret, sum] = shape.exec(text) ?? []
  if (id === undefined || secret === undefined || sum !== checksum(id, secret)) return undefined
  return id
}

/** What is stored of a secret. It is random and long, so that a plain hash can't be searched back. */
export function hashSecret(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function checksum(id: string, secret: string): string {
  let rest = crc32(`${id}_${secret}`)
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}
