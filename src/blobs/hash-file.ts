import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type FileHash, hashParts } from './hash.ts'

/** What takes longer than it takes to start a thread is done in one, so that others are answered meanwhile. */
const inThreadFrom = 32 * 2 ** 20

/** Hashes a file and its parts. */
export async function hashFile(path: string, sizes: readonly number[]): Promise<FileHash> {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total < inThreadFrom) return await hashParts(path, sizes)
  const program = new URL(`./hash-process${extname(import.meta.filename)}`, import.meta.url)
  const worker = new Worker(program, { workerData: { path, sizes } })
  // Rejects when the thread fails.
  const [message] = (await once(worker, 'message')) as [FileHash]
  return message
}
