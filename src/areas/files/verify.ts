import { createHash } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'
import type { Verified } from '../../contract/artifacts.ts'
import type { FileToRead } from '../artifacts/index.ts'

/** Reads files again and compares what is read with their digests, in constant memory. */
export async function verify(
  files: AsyncIterable<FileToRead>,
  signal: AbortSignal,
): Promise<{ files: Verified[]; bytes: number; at: string }> {
  const verified: Verified[] = []
  let bytes = 0
  for await (const file of files) {
    signal.throwIfAborted()
    verified.push({
      path: file.path,
      digest: file.digest ?? null,
      size: file.size,
      state: await stateOf(file),
    })
    bytes += file.size
  }
  return { files: verified, bytes, at: new Date().toISOString() }
}

async function stateOf(file: FileToRead): Promise<Verified['state']> {
  if (file.digest === undefined) return 'unrecorded'
  const hash = createHash('sha256')
  try {
    for await (const chunk of await file.read()) hash.update(chunk)
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'blob_missing') return 'missing'
    if (error instanceof SlipwayError && error.code === 'blob_corrupt') return 'corrupt'
    throw error
  }
  return hash.digest('hex') === file.digest ? 'ok' : 'corrupt'
}
