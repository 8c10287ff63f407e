import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

export interface FileHash {
  /** SHA-256 of all bytes. */
  readonly digest: string
  readonly size: number
  /** CRC-32 of each part. */
  readonly sums: readonly number[]
}

const chunkBytes = 1 << 20

/** Reads a file once and hashes it, and each of its parts by their sizes, in constant memory. */
export async function hashParts(path: string, sizes: readonly number[]): Promise<FileHash> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(chunkBytes)
  const sums: number[] = []
  const file = await open(path, 'r')
  let size = 0
  try {
    for (const part of sizes) {
      let sum = 0
      for (let left = part; left > 0; ) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(chunkBytes, left), size)
        if (bytesRead === 0) return { digest: '', size, sums }
        const bytes = buffer.subarray(0, bytesRead)
        hash.update(bytes)
        sum = crc32(bytes, sum)
        size += bytesRead
        left -= bytesRead
      }
      sums.push(sum)
    }
  } finally {
    await file.close()
  }
  return { digest: hash.digest('hex'), size, sums }
}
