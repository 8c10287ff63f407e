import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { uuidv7 } from '../base/id.ts'
import type { DirectAccess } from './direct.ts'
import type { Bucket } from './s3-bucket.ts'
import { removeObject, takeObject } from './s3-take.ts'

/** Addresses of objects, signed with the platform's own key: each opens one object for one method, for a while. */
export function openS3Direct(bucket: Bucket): DirectAccess {
  return {
    async readAddress(digest, { seconds, type, disposition }) {
      const command = new GetObjectCommand({
        Bucket: bucket.name,
        Key: bucket.keyOf(digest),
        ResponseContentType: type,
        ResponseContentDisposition: disposition,
      })
      return await getSignedUrl(bucket.client, command, { expiresIn: seconds })
    },
    async writeAddress({ seconds }) {
      const upload = uuidv7()
      const command = new PutObjectCommand({ Bucket: bucket.name, Key: bucket.stagingKey(upload) })
      return { upload, url: await getSignedUrl(bucket.client, command, { expiresIn: seconds }) }
    },
    take: (upload) => takeObject(bucket, bucket.stagingKey(upload)),
    forget: (upload) => removeObject(bucket, bucket.stagingKey(upload)),
  }
}
