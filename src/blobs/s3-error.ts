import { S3ServiceException } from '@aws-sdk/client-s3'
import { messageOf, SlipwayError } from '../base/error.ts'

/** The HTTP status of a refused request; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404
}

/** Names a failure of the object store as one; our own errors and aborts pass as they are. */
export function rethrow(error: unknown): never {
  if (error instanceof SlipwayError || (error instanceof Error && error.name === 'AbortError')) throw error
  const status = statusOf(error)
  const detail = `The object store did not carry out a request: ${messageOf(error) || 'no answer'}.`
  throw new SlipwayError('blob_unavailable', detail, {
    cause: error,
    facts: status === undefined ? {} : { status },
  })
}
