import type { FileHandle } from 'node:fs/promises'

/** Written at once: a system call for each chunk of a socket would cost more than the writing. */
const batchBytes = 1 << 20

/**
 * Writes a stream to a file from a position on, a batch at a time while the next is received; `see` is given every chunk.
 * Holds no more than two batches. Returns how many bytes there were.
 */
export async function writeBehind(
  file: FileHandle,
  source: AsyncIterable<unknown>,
  position: number,
  see: (bytes: Uint8Array) => void,
): Promise<number> {
  let batch: Uint8Array[] = []
  let batched = 0
  let written = 0
  let writing: Promise<void> = Promise.resolve()
  const flush = async () => {
    await writing
    const start = position + written
    written += batched
    writing = writeAll(file, batch, start)
    // Whoever awaits it next is told; the source may fail first.
    writing.catch(() => {})
    batch = []
    batched = 0
  }
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    see(bytes)
    batch.push(bytes)
    batched += bytes.length
    if (batched >= batchBytes) await flush()
  }
  await flush()
  await writing
  return written
}

/** A write may be short when the disk fills up; the next one then fails with the reason. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let left = chunks.filter((chunk) => chunk.length > 0)
  let at = position
  while (left.length > 0) {
    let { bytesWritten } = await file.writev(left, at)
    at += bytesWritten
    while (bytesWritten > 0) {
      const [first] = left
      if (first === undefined) break
      if (first.length > bytesWritten) {
        left = [first.subarray(bytesWritten), ...left.slice(1)]
        break
      }
      bytesWritten -= first.length
      left = left.slice(1)
    }
  }
}
