import type { BlobInfo, Digest } from './info.ts'

/** What clients may do with the storage itself, by addresses that are good for a while. */
export interface DirectAccess {
  /** An address to GET a blob from, with the headers that the answer will have. */
  readAddress(
    digest: Digest,
    options: { seconds: number; type: string; disposition: string },
  ): Promise<string>
  /**
   * An address to PUT one file to, beside the blobs: it counts as nothing until `take`. `upload` is what the other calls
   * need to find it.
   */
  writeAddress(options: { seconds: number }): Promise<{ upload: string; url: string }>
  /** Makes what has arrived a blob, which is read and hashed; undefined while nothing has. */
  take(upload: string): Promise<BlobInfo | undefined>
  /** Removes what has arrived. */
  forget(upload: string): Promise<void>
}
