import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { SlipwayError } from '../base/error.ts'
import type { BlobsConfig } from '../config/index.ts'
import type { Digest } from './blobs.ts'
import { assertDigest, shardedName } from './digest.ts'
import { statusOf } from './s3-error.ts'

export type S3BlobsConfig = Extract<BlobsConfig, { kind: 's3' }>

/** A place in a bucket. */
export interface Bucket {
  readonly client: S3Client
  readonly name: string
  keyOf(digest: Digest): string
  /** Where clients may write what is no blob yet. */
  stagingKey(id: string): string
  /** Stands while a blob is removed. */
  signKey(digest: Digest): string
}

/** A client that works with Amazon's servers and with those that imitate them. */
export function connect(config: S3BlobsConfig): Bucket {
  const client = new S3Client({
    region: config.region ?? 'us-east-1',
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    ...(config.credentials === undefined ? {} : { credentials: config.credentials }),
    // Not every S3-compatible server knows the newer trailing checksums; signed bodies and our digests protect the bytes.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  })
  const keyOf = (digest: Digest) => {
    assertDigest(digest)
    return `${config.prefix ?? ''}${shardedName(digest)}`
  }
  const stagingKey = (id: string) => {
    if (/^[0-9a-f-]{36}$/.test(id)) return `${config.prefix ?? ''}uploads/${id}`
    throw new SlipwayError('invalid_argument', 'There is no such upload.')
  }
  const signKey = (digest: Digest) => {
    assertDigest(digest)
    return `${config.prefix ?? ''}removing/${digest}`
  }
  return { client, name: config.bucket, keyOf, stagingKey, signKey }
}

/** A wrong bucket or key stops the start; a store that is down for now does not. */
export async function checkBucket({ client, name }: Bucket): Promise<void> {
  await client.send(new HeadBucketCommand({ Bucket: name })).catch((error: unknown) => {
    const status = statusOf(error)
    if (status === undefined || status >= 500) return
    const why = status === 404 ? 'does not exist' : `cannot be opened with these credentials (HTTP ${status})`
    throw new SlipwayError('invalid_config', `The S3 bucket "${name}" ${why}.`, {
      cause: error,
      facts: { bucket: name },
    })
  })
}
