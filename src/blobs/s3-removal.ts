import { setTimeout as delay } from 'node:timers/promises'
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Digest } from './info.ts'
import type { Bucket } from './s3-bucket.ts'
import { isNotFound, rethrow } from './s3-error.ts'

/** A removal takes seconds: a sign that stands longer was left by one that was killed. */
const longest = 60_000
const pause = 50

/**
 * Removes a blob; with `before`, one that was last written earlier. S3 has no such condition, so a sign is set up before
 * the time is looked at: who writes the same bytes meanwhile sees it, waits, and looks whether they are still there.
 */
export async function removeBlob(bucket: Bucket, digest: Digest, before: Date | undefined): Promise<boolean> {
  if (before === undefined) {
    await remove(bucket, bucket.keyOf(digest))
    return true
  }
  const sign = bucket.signKey(digest)
  await bucket.client
    .send(new PutObjectCommand({ Bucket: bucket.name, Key: sign, Body: new Uint8Array() }))
    .catch(rethrow)
  try {
    const written = await writtenAt(bucket, bucket.keyOf(digest))
    if (written !== undefined && written >= before) return false
    await remove(bucket, bucket.keyOf(digest))
    return true
  } finally {
    await remove(bucket, sign)
  }
}

/** Waits until no removal of the blob is under way, and writes it again when one has taken it. */
export async function outlast(bucket: Bucket, digest: Digest, write: () => Promise<void>): Promise<void> {
  for (;;) {
    const sign = await writtenAt(bucket, bucket.signKey(digest))
    if (sign !== undefined && Date.now() - sign.getTime() < longest) {
      await delay(pause)
      continue
    }
    if ((await writtenAt(bucket, bucket.keyOf(digest))) !== undefined) return
    await write()
  }
}

async function remove(bucket: Bucket, key: string): Promise<void> {
  await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key })).catch(rethrow)
}

async function writtenAt(bucket: Bucket, key: string): Promise<Date | undefined> {
  try {
    const found = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }))
    return found.LastModified ?? new Date(0)
  } catch (error) {
    if (isNotFound(error)) return undefined
    rethrow(error)
  }
}
