import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { SlipwayError } from '../base/error.ts'
import type { Digest } from './blobs.ts'

const pattern = /^[0-9a-f]{64}$/

export function isDigest(text: string): boolean {
  return pattern.test(text)
}

/** Refuses anything but a digest, so that a name of a blob can never be a path. */
export function assertDigest(digest: string): void {
  if (isDigest(digest)) return
  throw new SlipwayError(
    'invalid_argument',
    `"${digest.slice(0, 80)}" is not a SHA-256 digest in lower-case hex.`,
  )
}

/** Where a blob lies below a root: sharded, so that no directory grows without bound. */
export function shardedName(digest: Digest): string {
  return `${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`
}

export function missing(digest: Digest): SlipwayError {
  return new SlipwayError('blob_missing', `The blob ${digest} is not in the store.`, { facts: { digest } })
}

export function corrupt(digest: Digest): SlipwayError {
  return new SlipwayError('blob_corrupt', `The stored bytes of blob ${digest} are not what was written.`, {
    facts: { digest },
  })
}

/** Passes bytes through and fails with `blob_corrupt` at their end when they do not hash to the digest. */
export function verifying(digest: Digest): Transform {
  const hash = createHash('sha256')
  return new Transform({
    // One chunk on its way is enough: they are large.
    readableHighWaterMark: 1,
    writableHighWaterMark: 1,
    transform(chunk, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      done(hash.digest('hex') === digest ? null : corrupt(digest))
    },
  })
}
