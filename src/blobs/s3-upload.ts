import type { FileHandle } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { BlobInfo } from './blobs.ts'
import type { Bucket } from './s3-bucket.ts'

/** S3 takes at most this many parts. */
const maxParts = 10_000
const concurrency = 3

/** Uploads a file part by part in constant memory. Nothing of it remains in the bucket when it fails. */
export async function uploadInParts(
  bucket: Bucket,
  blob: BlobInfo,
  file: FileHandle,
  leastPartBytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const where = { Bucket: bucket.name, Key: bucket.keyOf(blob.digest) }
  const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(where))
  const upload = { ...where, UploadId }
  const partBytes = Math.max(leastPartBytes, Math.ceil(blob.size / maxParts))
  const count = Math.ceil(blob.size / partBytes)
  const tags: string[] = []
  let next = 0
  const sendParts = async () => {
    while (next < count) {
      const part = next++
      signal?.throwIfAborted()
      const Body = await readPart(file, part * partBytes, Math.min(partBytes, blob.size - part * partBytes))
      const command = new UploadPartCommand({ ...upload, PartNumber: part + 1, Body })
      const { ETag } = await bucket.client.send(command, signal === undefined ? {} : { abortSignal: signal })
      tags[part] = ETag ?? ''
    }
  }
  const senders = Array.from({ length: concurrency }, () => sendParts())
  try {
    await Promise.all(senders)
    const Parts = tags.map((ETag, part) => ({ ETag, PartNumber: part + 1 }))
    await bucket.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  } catch (error) {
    next = count
    // A part that arrives after the abort would stay, so the other senders end first.
    await Promise.allSettled(senders)
    await bucket.client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) throw new Error('A spooled file ended early.')
    filled += bytesRead
  }
  return buffer
}
