import { join } from 'node:path'
import type { Blobs } from './blobs.ts'
import { openLocalBlobs } from './local.ts'

/** Where blobs are kept. */
export type BlobsConfig = LocalBlobsConfig | S3BlobsConfig

export interface LocalBlobsConfig {
  readonly kind: 'local'
  /** Blobs are kept in `<home>/blobs`. */
  readonly home: string
}

export interface S3BlobsConfig {
  readonly kind: 's3'
  /** The local cache is kept in `<home>/cache/blobs`. */
  readonly home: string
  readonly bucket: string
  /** Before every key, for example `slipway/`. */
  readonly prefix?: string
  /** For S3-compatible servers; such are addressed by path, not by host name. */
  readonly endpoint?: string
  readonly region?: string
  /** Absent: found as every AWS program does (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** What the local cache may hold, in bytes. Default 20 GiB. */
  readonly cacheBytes?: number
}

/** Opens the configured blob store. The S3 client is loaded only when it is the one. */
export async function openBlobs(config: BlobsConfig): Promise<Blobs> {
  if (config.kind === 'local') return openLocalBlobs(join(config.home, 'blobs'))
  const { openS3Blobs } = await import('./s3.ts')
  return openS3Blobs(config)
}
