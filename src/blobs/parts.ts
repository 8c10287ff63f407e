import { SlipwayError } from '../base/error.ts'
import type { BlobInfo } from './info.ts'

/** A part that has arrived. */
export interface Part {
  /** From 1. */
  readonly number: number
  /** What the storage answered when it took the part: it stands for the bytes. */
  readonly etag: string
}

/**
 * Blobs that arrive in parts, in any order, some more than once, over hours. All parts but the last are equally long.
 * An upload is known by a text that `begin` gives and that must not reach clients.
 */
export interface PartUploads {
  /** `count` is how many parts there will be. */
  begin(count: number): Promise<string>
  /** An address to which a client may PUT a part for so many seconds; undefined when parts come through `put`. */
  address(upload: string, part: number, seconds: number): Promise<string | undefined>
  put(
    upload: string,
    part: number,
    bytes: AsyncIterable<Uint8Array>,
    options: { size: number; signal?: AbortSignal },
  ): Promise<Part>
  present(upload: string): Promise<Part[]>
  /**
   * Makes the parts one blob, which is read and hashed once more. Fails with `invalid_argument` when parts are missing or
   * are not what the storage took. May be asked again until `abort`.
   */
  finish(upload: string, parts: readonly Part[]): Promise<BlobInfo>
  /** Frees what has arrived; indifferent to an upload that is gone. */
  abort(upload: string): Promise<void>
}

/** The most parts that S3 takes, and so we. */
export const mostParts = 10_000

export function noUpload(): SlipwayError {
  return new SlipwayError('not_found', 'There is no such upload: it was completed, aborted or given up.')
}

export function notWhole(part: number): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `Part ${part} of the upload is missing, not expected, or not what was sent.`,
  )
}

export function partTooLong(part: number): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `Part ${part}, the last of the upload, is longer than the others.`,
  )
}
