import { join } from 'node:path'
import type { BlobsConfig } from '../config/index.ts'
import type { Blobs } from './blobs.ts'
import { openLocalBlobs } from './local.ts'

/** Opens the configured blob store, local in `<home>/blobs`. The S3 client is loaded only when it is the one. */
export async function openBlobs(config: BlobsConfig): Promise<Blobs> {
  if (config.kind === 'local') return openLocalBlobs(join(config.home, 'blobs'))
  const { openS3Blobs } = await import('./s3.ts')
  return openS3Blobs(config)
}
