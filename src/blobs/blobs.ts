import type { Readable } from 'node:stream'
import type { DirectAccess } from './direct.ts'
import type { BlobInfo, Digest } from './info.ts'
import type { PartUploads } from './parts.ts'

export type { BlobInfo, Digest } from './info.ts'

/** Content-addressed files. One suite of tests runs over every implementation. */
export interface Blobs {
  /**
   * Stores a stream. The bytes are durable when the promise resolves; nothing is left behind when it rejects.
   * With `expect`, fails with `invalid_argument` when the bytes hash to something else; `limit` is in bytes (`too_large`).
   */
  put(
    bytes: Readable | Uint8Array,
    options?: { expect?: Digest; limit?: number; signal?: AbortSignal },
  ): Promise<BlobInfo>
  /** Opens a blob for reading; `range` in bytes, end exclusive. Fails with `blob_missing`. */
  get(
    digest: Digest,
    options?: { range?: { start: number; end?: number }; signal?: AbortSignal },
  ): Promise<Readable>
  stat(digest: Digest): Promise<BlobInfo | undefined>
  /**
   * The path of a local, read-only copy, verified by digest when it was fetched (S3: through the local cache).
   * Never write to it; it may be evicted when not held open, so open or link it at once.
   */
  localPath(digest: Digest): Promise<string>
  /**
   * Removes a blob; with `before`, only when it was last written earlier than that, also when the same bytes are put at
   * this very moment. Returns whether there is none any more.
   */
  delete(digest: Digest, options?: { before: Date }): Promise<boolean>
  /** Every blob, in no order, with the time it was last written (for garbage collection and backup). */
  list(): AsyncIterable<BlobInfo & { writtenAt: Date }>
  readonly parts: PartUploads
  /** Where clients can reach the storage themselves (S3). */
  readonly direct?: DirectAccess
}
