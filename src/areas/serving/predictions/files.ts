import type { Blobs } from '../../../blobs/blobs.ts'
import type { Part } from './part.ts'

/** Local copies of parts, in their order; a few at a time, for those that come from afar. */
export async function localFiles(blobs: Blobs, parts: readonly Part[]): Promise<string[]> {
  const paths: string[] = []
  for (let start = 0; start < parts.length; start += 16) {
    const some = parts.slice(start, start + 16)
    paths.push(...(await Promise.all(some.map((part) => blobs.localPath(part.digest)))))
  }
  return paths
}
