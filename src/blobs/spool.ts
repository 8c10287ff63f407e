import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { asDiskFull } from '../base/durable.ts'
import { SlipwayError } from '../base/error.ts'
import { uuidv7 } from '../base/id.ts'
import type { BlobInfo, Digest } from './info.ts'
import { writeBehind } from './write-behind.ts'

/** Bytes on disk under a temporary name, durable, waiting to be renamed. */
export interface Spooled extends BlobInfo {
  readonly path: string
}

export interface SpoolOptions {
  readonly expect?: Digest
  readonly limit?: number
  readonly signal?: AbortSignal
  /** Permissions of the file. Default: nobody may write to it. */
  readonly mode?: number
}

const stale = 6 * 3600_000

/**
 * Streams bytes to a temporary read-only file in constant memory, hashing them on the way.
 * Nothing is left behind when it fails: a full disk is `disk_full`, wrong bytes are `invalid_argument`.
 */
export async function spool(
  directory: string,
  bytes: Readable | Uint8Array,
  options: SpoolOptions = {},
): Promise<Spooled> {
  const path = join(directory, uuidv7())
  const source = bytes instanceof Readable ? bytes : Readable.from([bytes])
  try {
    options.signal?.throwIfAborted()
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', options.mode ?? 0o444)
    try {
      const info = await receive(file, source, options)
      await file.sync()
      return { path, ...info }
    } finally {
      await file.close()
    }
  } catch (error) {
    source.destroy()
    await rm(path, { force: true })
    throw asDiskFull(error, directory)
  }
}

async function receive(file: FileHandle, source: Readable, options: SpoolOptions): Promise<BlobInfo> {
  const hash = createHash('sha256')
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const abort = () => source.destroy(abortReason(options.signal))
  options.signal?.addEventListener('abort', abort, { once: true })
  let size = 0
  try {
    await writeBehind(file, source, 0, (bytes) => {
      size += bytes.length
      if (size > limit)
        throw new SlipwayError('too_large', `The upload is larger than ${limit} bytes.`, { facts: { limit } })
      hash.update(bytes)
    })
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
  const digest = hash.digest('hex')
  if (options.expect !== undefined && options.expect !== digest) {
    throw new SlipwayError(
      'invalid_argument',
      `The bytes have the digest ${digest}, not ${options.expect}.`,
      {
        facts: { expected: options.expect, actual: digest },
      },
    )
  }
  return { digest, size }
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('The upload was aborted.')
}

/** Removes what a killed process left half-written. Files of uploads under way are younger. */
export async function removeStaleSpools(directory: string, now = Date.now()): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) {
    const path = join(directory, name)
    const info = await stat(path).catch(() => undefined)
    if (info !== undefined && now - info.mtimeMs > stale) await rm(path, { force: true })
  }
}
