import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { asDiskFull, syncDirectory, systemCode } from '../base/durable.ts'
import type { BlobInfo, Blobs, Digest } from './blobs.ts'
import { assertDigest, isDigest, missing, shardedName, verifying } from './digest.ts'
import { openLocalParts } from './local-parts.ts'
import { putBack, removeOld } from './local-removal.ts'
import { removeStaleSpools, type Spooled, spool } from './spool.ts'

/** Of a file read at once: less costs processor time, more costs memory. */
const chunkBytes = 1 << 20

/** Blobs as read-only files below a directory. */
export async function openLocalBlobs(root: string): Promise<Blobs> {
  const spoolDirectory = join(root, 'tmp')
  await mkdir(spoolDirectory, { recursive: true, mode: 0o700 })
  await removeStaleSpools(spoolDirectory)
  const trash = join(root, 'trash')
  await putBack(root, trash)
  const pathOf = (digest: Digest) => {
    assertDigest(digest)
    return join(root, shardedName(digest))
  }
  return {
    async put(bytes, options = {}) {
      const spooled = await spool(spoolDirectory, bytes, options)
      await settle(spooled, pathOf(spooled.digest), root)
      return { digest: spooled.digest, size: spooled.size }
    },
    async get(digest, options = {}) {
      const file = await openBlob(digest, pathOf(digest))
      return readFrom(file, digest, options)
    },
    async stat(digest) {
      const info = await stat(pathOf(digest)).catch(absent)
      return info && { digest, size: info.size }
    },
    async localPath(digest) {
      const path = pathOf(digest)
      if ((await stat(path).catch(absent)) === undefined) throw missing(digest)
      return path
    },
    async delete(digest, options) {
      const path = pathOf(digest)
      if (options !== undefined) return await removeOld(path, join(trash, digest), options.before)
      await rm(path, { force: true })
      return true
    },
    list: () => listBelow(root),
    parts: openLocalParts(join(root, 'parts'), (spooled) => settle(spooled, pathOf(spooled.digest), root)),
  }
}

/**
 * Gives a spooled file its name. What lies there already is replaced by equal bytes: that heals a damaged blob and
 * makes it young again for the garbage collector.
 */
async function settle(spooled: Spooled, path: string, root: string): Promise<void> {
  try {
    await makeShard(dirname(path), root)
    await rename(spooled.path, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await rm(spooled.path, { force: true })
    throw asDiskFull(error, path)
  }
}

async function makeShard(directory: string, root: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  await syncDirectory(dirname(directory))
  await syncDirectory(root)
}

async function openBlob(digest: Digest, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw missing(digest)
    throw error
  }
}

/** Reads an open blob: a whole one is verified on the way, a part of one cannot be. */
function readFrom(
  file: FileHandle,
  digest: Digest,
  { range, signal }: { range?: { start: number; end?: number }; signal?: AbortSignal },
): Readable {
  const abortable = signal === undefined ? {} : { signal }
  if (range === undefined) {
    return pipeline(
      file.createReadStream({ ...abortable, highWaterMark: chunkBytes }),
      verifying(digest),
      () => {},
    )
  }
  const last = range.end === undefined ? Number.POSITIVE_INFINITY : range.end - 1
  if (last < range.start) {
    // A range that is empty has no inclusive end to read to.
    void file.close()
    return Readable.from([])
  }
  return file.createReadStream({ ...abortable, start: range.start, end: last, highWaterMark: chunkBytes })
}

async function* listBelow(root: string): AsyncGenerator<BlobInfo & { writtenAt: Date }> {
  for (const shard of await shards(root)) {
    for (const subshard of await shards(join(root, shard))) {
      for (const digest of await readdir(join(root, shard, subshard)).catch(() => [])) {
        const info = isDigest(digest)
          ? await stat(join(root, shard, subshard, digest)).catch(absent)
          : undefined
        if (info !== undefined) yield { digest, size: info.size, writtenAt: info.mtime }
      }
    }
  }
}

async function shards(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name))
}

function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined
  throw error
}
