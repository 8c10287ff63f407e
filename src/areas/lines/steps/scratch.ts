import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobInfo, Blobs } from '../../../blobs/blobs.ts'

/** Runs `work` with a directory of its own, which is gone afterwards. */
export async function withScratch<T>(root: string, work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(root, { recursive: true })
  const directory = await mkdtemp(join(root, 'step-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export async function putFile(blobs: Blobs, path: string): Promise<BlobInfo> {
  return await blobs.put(createReadStream(path))
}

/** An SQL identifier. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Local paths of Parquet parts. */
export async function localPaths(blobs: Blobs, files: readonly { digest: string }[]): Promise<string[]> {
  return await Promise.all(files.map((file) => blobs.localPath(file.digest)))
}
