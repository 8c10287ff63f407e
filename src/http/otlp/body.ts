import type { Readable } from 'node:stream'
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { SlipwayError } from '../../base/error.ts'

/** Bytes of a request as sent, and once unpacked. */
const limits = { packed: 32 * 1024 * 1024, unpacked: 128 * 1024 * 1024 }

/**
 * The bytes of a request, unpacked as its Content-Encoding says. Fails with `too_large` before more is held than the
 * limit, however well it was packed, and with `invalid_argument` when it can't be unpacked.
 */
export async function bodyOf(stream: Readable, encoding: string | undefined): Promise<Buffer> {
  const packed = await gather(stream, limits.packed)
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return packed
    case 'gzip':
      return await unpack(packed, createGunzip, 'gzip')
    case 'deflate':
      // Some senders leave out zlib's header, whose first byte names method 8.
      return await unpack(
        packed,
        ((packed[0] ?? 0) & 0x0f) === 8 ? createInflate : createInflateRaw,
        'deflate',
      )
    default:
      throw new SlipwayError('invalid_argument', `Unsupported Content-Encoding: ${encoding}`)
  }
}

async function unpack(packed: Buffer, open: () => NodeJS.ReadWriteStream, name: string): Promise<Buffer> {
  const stream = open() as unknown as Readable & NodeJS.WritableStream
  stream.end(packed)
  try {
    return await gather(stream, limits.unpacked)
  } catch (error) {
    if (error instanceof SlipwayError) throw error
    throw new SlipwayError('invalid_argument', `Failed to decompress ${name} payload`, { cause: error })
  } finally {
    stream.destroy()
  }
}

async function gather(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > most) throw new SlipwayError('too_large', `The request is larger than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
