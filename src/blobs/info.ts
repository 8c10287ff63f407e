/** Lower-case hex SHA-256 of the bytes. The only name that a blob has. */
export type Digest = string

export interface BlobInfo {
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
}
