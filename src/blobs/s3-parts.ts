import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { uuidv7 } from '../base/id.ts'
import { notWhole, noUpload, type Part, type PartUploads } from './parts.ts'
import type { Bucket } from './s3-bucket.ts'
import { isNotFound, rethrow, statusOf } from './s3-error.ts'
import { removeObject, takeObject } from './s3-take.ts'

/** Uploads in parts that clients send to the bucket themselves; what they make is read once before it is a blob. */
export function openS3Parts(bucket: Bucket): PartUploads {
  const { client } = bucket

  async function complete(upload: string, parts: readonly Part[]): Promise<void> {
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
    const command = new CompleteMultipartUploadCommand({
      ...placeOf(bucket, upload),
      MultipartUpload: { Parts },
    })
    try {
      await client.send(command)
    } catch (error) {
      // Asked again after an answer that was lost: the object is there already, or `takeObject` says that it is not.
      if (isNotFound(error)) return
      if (statusOf(error) === 400) throw notWhole(parts.length)
      rethrow(error)
    }
  }

  return {
    async begin() {
      const id = uuidv7()
      const where = { Bucket: bucket.name, Key: bucket.stagingKey(id) }
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(where)).catch(rethrow)
      return `${id} ${UploadId}`
    },
    async address(upload, part, seconds) {
      const command = new UploadPartCommand({ ...placeOf(bucket, upload), PartNumber: part })
      return await getSignedUrl(client, command, { expiresIn: seconds })
    },
    async put() {
      throw noUpload()
    },
    async present(upload) {
      const found = await client
        .send(new ListPartsCommand(placeOf(bucket, upload)))
        .catch((error: unknown) => {
          if (isNotFound(error)) throw noUpload()
          return rethrow(error)
        })
      return (found.Parts ?? []).map((part) => ({ number: part.PartNumber ?? 0, etag: part.ETag ?? '' }))
    },
    async finish(upload, parts) {
      await complete(
        upload,
        [...parts].sort((a, b) => a.number - b.number),
      )
      const taken = await takeObject(bucket, placeOf(bucket, upload).Key)
      if (taken === undefined) throw noUpload()
      return taken
    },
    async abort(upload) {
      const place = placeOf(bucket, upload)
      await client.send(new AbortMultipartUploadCommand(place)).catch((error: unknown) => {
        if (!isNotFound(error)) rethrow(error)
      })
      await removeObject(bucket, place.Key)
    },
  }
}

function placeOf(bucket: Bucket, upload: string) {
  const [id = '', UploadId = ''] = upload.split(' ')
  return { Bucket: bucket.name, Key: bucket.stagingKey(id), UploadId }
}
