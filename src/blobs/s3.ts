import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { BlobInfo, Blobs, Digest } from './blobs.ts'
import { openCache } from './cache.ts'
import { assertDigest, isDigest, missing, verifying } from './digest.ts'
import { type Bucket, checkBucket, connect, type S3BlobsConfig } from './s3-bucket.ts'
import { openS3Direct } from './s3-direct.ts'
import { isNotFound, rethrow } from './s3-error.ts'
import { openS3Parts } from './s3-parts.ts'
import { outlast, removeBlob } from './s3-removal.ts'
import { uploadInParts } from './s3-upload.ts'
import { type Spooled, spool } from './spool.ts'

const defaultCacheBytes = 20 * 2 ** 30
const partBytes = 8 * 2 ** 20
/** A blob written this recently is not written again; younger than any grace period of a garbage collector. */
const fresh = 3600_000

/** Blobs as objects of an S3 bucket, with a verified local cache. Bytes are spooled to disk to learn their name first. */
export async function openS3Blobs(config: S3BlobsConfig): Promise<Blobs> {
  const bucket = connect(config)
  await checkBucket(bucket)
  const cache = await openCache(join(config.home, 'cache', 'blobs'), config.cacheBytes ?? defaultCacheBytes)
  const fetch = (digest: Digest, range?: string) => getObject(bucket, digest, range)
  return {
    async put(bytes, options = {}) {
      const spooled = await spool(cache.spoolDirectory, bytes, options)
      try {
        await upload(bucket, spooled, options.signal)
        await cache.keep(spooled.digest, spooled.path)
      } finally {
        await rm(spooled.path, { force: true })
      }
      return { digest: spooled.digest, size: spooled.size }
    },
    async get(digest, { range, signal } = {}) {
      if (range !== undefined) return getRange(bucket, digest, range, signal)
      return pipeline(abortable(await fetch(digest), signal), verifying(digest), () => {})
    },
    stat: (digest) => head(bucket, digest),
    localPath: (digest) => {
      assertDigest(digest)
      return cache.path(digest, () => fetch(digest))
    },
    async delete(digest, options) {
      const removed = await removeBlob(bucket, digest, options?.before)
      if (removed) await cache.forget(digest)
      return removed
    },
    list: () => listObjects(bucket, config.prefix ?? ''),
    parts: openS3Parts(bucket),
    direct: openS3Direct(bucket),
  }
}

async function upload(bucket: Bucket, spooled: Spooled, signal: AbortSignal | undefined): Promise<void> {
  const abort = signal === undefined ? {} : { abortSignal: signal }
  const present = await headObject(bucket, spooled.digest)
  if (present?.size === spooled.size && Date.now() - present.writtenAt.getTime() < fresh) return
  const write = () => writeObject(bucket, spooled, abort, signal)
  await write()
  if (present !== undefined) await outlast(bucket, spooled.digest, write)
}

async function writeObject(
  bucket: Bucket,
  spooled: Spooled,
  abort: { abortSignal?: AbortSignal },
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(spooled.path, 'r')
  try {
    if (spooled.size > partBytes) return await uploadInParts(bucket, spooled, file, partBytes, signal)
    const Body = await file.readFile()
    const command = new PutObjectCommand({ Bucket: bucket.name, Key: bucket.keyOf(spooled.digest), Body })
    await bucket.client.send(command, abort)
  } catch (error) {
    rethrow(error)
  } finally {
    await file.close()
  }
}

async function headObject(
  bucket: Bucket,
  digest: Digest,
): Promise<(BlobInfo & { writtenAt: Date }) | undefined> {
  const command = new HeadObjectCommand({ Bucket: bucket.name, Key: bucket.keyOf(digest) })
  try {
    const found = await bucket.client.send(command)
    return { digest, size: found.ContentLength ?? 0, writtenAt: found.LastModified ?? new Date(0) }
  } catch (error) {
    if (isNotFound(error)) return undefined
    rethrow(error)
  }
}

async function head(bucket: Bucket, digest: Digest): Promise<BlobInfo | undefined> {
  const found = await headObject(bucket, digest)
  return found && { digest, size: found.size }
}

async function getObject(bucket: Bucket, digest: Digest, range?: string): Promise<Readable> {
  const where = { Bucket: bucket.name, Key: bucket.keyOf(digest) }
  try {
    const { Body } = await bucket.client.send(
      new GetObjectCommand(range === undefined ? where : { ...where, Range: range }),
    )
    if (Body instanceof Readable) return Body
    throw new Error('The S3 client gave no stream.')
  } catch (error) {
    if (isNotFound(error)) throw missing(digest)
    rethrow(error)
  }
}

/** S3 refuses a range that is empty or begins at the end, which for us are zero bytes. */
async function getRange(
  bucket: Bucket,
  digest: Digest,
  range: { start: number; end?: number },
  signal: AbortSignal | undefined,
): Promise<Readable> {
  const info = await head(bucket, digest)
  if (info === undefined) throw missing(digest)
  const end = Math.min(range.end ?? info.size, info.size)
  if (end <= range.start) return Readable.from([])
  return abortable(await getObject(bucket, digest, `bytes=${range.start}-${end - 1}`), signal)
}

function abortable(stream: Readable, signal: AbortSignal | undefined): Readable {
  if (signal === undefined) return stream
  const abort = () => stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  stream.once('close', () => signal.removeEventListener('abort', abort))
  return stream
}

async function* listObjects(bucket: Bucket, prefix: string): AsyncGenerator<BlobInfo & { writtenAt: Date }> {
  let token: string | undefined
  do {
    const page = await bucket.client
      .send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      )
      .catch(rethrow)
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      const digest = Key?.split('/').at(-1) ?? ''
      if (!isDigest(digest) || Key !== bucket.keyOf(digest)) continue
      yield { digest, size: Size ?? 0, writtenAt: LastModified ?? new Date(0) }
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
}
