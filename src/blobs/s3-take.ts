import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { BlobInfo } from './info.ts'
import type { Bucket } from './s3-bucket.ts'
import { isNotFound, rethrow } from './s3-error.ts'
import { outlast } from './s3-removal.ts'

/** S3 copies no more than this at once. */
const mostAtOnce = 5 * 2 ** 30

/**
 * Makes an object that a client wrote a blob: reads and hashes it, gives it its name by a copy within the storage, and
 * removes it. Undefined when there is none. What is written in its place meanwhile is not taken for what was read.
 */
export async function takeObject(
  bucket: Bucket,
  key: string,
  atOnce = mostAtOnce,
): Promise<BlobInfo | undefined> {
  const read = await readObject(bucket, key)
  if (read === undefined) return undefined
  const { etag, ...info } = read
  const source = { bucket, key, etag, size: info.size }
  const copy = () =>
    (info.size <= atOnce ? copyWhole(source, info) : copyInParts(source, info, atOnce)).catch(rethrow)
  await copy()
  await outlast(bucket, info.digest, copy)
  await removeObject(bucket, key)
  return info
}

export async function removeObject(bucket: Bucket, key: string): Promise<void> {
  await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key })).catch(rethrow)
}

async function readObject(bucket: Bucket, key: string): Promise<(BlobInfo & { etag: string }) | undefined> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket.name, Key: key })
    const { Body, ETag } = await bucket.client.send(command)
    if (!(Body instanceof Readable)) throw new Error('The S3 client gave no stream.')
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of Body) {
      hash.update(chunk)
      size += chunk.length
    }
    return { digest: hash.digest('hex'), size, etag: ETag ?? '' }
  } catch (error) {
    if (isNotFound(error)) return undefined
    rethrow(error)
  }
}

interface Source {
  readonly bucket: Bucket
  readonly key: string
  readonly etag: string
  readonly size: number
}

function from({ bucket, key, etag }: Source) {
  return { CopySource: encodeURI(`${bucket.name}/${key}`), CopySourceIfMatch: etag }
}

async function copyWhole(source: Source, { digest }: BlobInfo): Promise<void> {
  const { bucket } = source
  await bucket.client.send(
    new CopyObjectCommand({ Bucket: bucket.name, Key: bucket.keyOf(digest), ...from(source) }),
  )
}

async function copyInParts(source: Source, { digest, size }: BlobInfo, atOnce: number): Promise<void> {
  const { bucket } = source
  const where = { Bucket: bucket.name, Key: bucket.keyOf(digest) }
  const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(where))
  const upload = { ...where, UploadId }
  try {
    const Parts: CompletedPart[] = []
    for (let start = 0; start < size; start += atOnce) {
      const PartNumber = Parts.length + 1
      const CopySourceRange = `bytes=${start}-${Math.min(start + atOnce, size) - 1}`
      const command = new UploadPartCopyCommand({ ...upload, PartNumber, ...from(source), CopySourceRange })
      const { CopyPartResult } = await bucket.client.send(command)
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag })
    }
    await bucket.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  } catch (error) {
    await bucket.client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}
