import { link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { asDiskFull, systemCode } from '../base/durable.ts'
import { SlipwayError } from '../base/error.ts'
import type { Digest } from './blobs.ts'
import { corrupt, isDigest, shardedName } from './digest.ts'
import { removeStaleSpools, spool } from './spool.ts'

/** Local copies of remote blobs, verified when they were fetched; the longest unused go when it is full. */
export interface Cache {
  /** Where spooled bytes may wait; on the same disk as the cache. */
  readonly spoolDirectory: string
  /** The path of a copy, fetched when it is not there. Concurrent calls fetch once. */
  path(digest: Digest, fetch: () => Promise<Readable>): Promise<string>
  /** Takes a spooled file in, as a second name of the same bytes. */
  keep(digest: Digest, spooledPath: string): Promise<void>
  forget(digest: Digest): Promise<void>
}

export async function openCache(root: string, maxBytes: number): Promise<Cache> {
  const spoolDirectory = join(root, 'tmp')
  await mkdir(spoolDirectory, { recursive: true, mode: 0o700 })
  await removeStaleSpools(spoolDirectory)
  const pathOf = (digest: Digest) => join(root, shardedName(digest))
  const fetching = new Map<Digest, Promise<string>>()
  let unscanned = 0
  let held = await evict(root, maxBytes)

  /** Called before a file is added, so that it cannot be the one to go. Others share the directory: it is counted anew now and then. */
  const makeRoom = async (size: number) => {
    unscanned += size
    if (held + size > maxBytes || unscanned > maxBytes / 8) {
      held = await evict(root, maxBytes - size)
      unscanned = 0
    }
    held += size
  }
  const fetchInto = async (digest: Digest, fetch: () => Promise<Readable>) => {
    const path = pathOf(digest)
    const spooled = await spool(spoolDirectory, await fetch(), { expect: digest }).catch((error: unknown) => {
      throw error instanceof SlipwayError && error.code === 'invalid_argument' ? corrupt(digest) : error
    })
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await makeRoom(spooled.size)
    await rename(spooled.path, path)
    return path
  }
  return {
    spoolDirectory,
    async path(digest, fetch) {
      if (await touch(pathOf(digest))) return pathOf(digest)
      const running = fetching.get(digest)
      if (running !== undefined) return running
      const started = fetchInto(digest, fetch).finally(() => fetching.delete(digest))
      fetching.set(digest, started)
      return started
    },
    async keep(digest, spooledPath) {
      try {
        await mkdir(dirname(pathOf(digest)), { recursive: true, mode: 0o700 })
        const { size } = await stat(spooledPath)
        if (size > maxBytes / 2) return
        await makeRoom(size)
        await link(spooledPath, pathOf(digest))
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw asDiskFull(error, root)
      }
    },
    forget: (digest) => rm(pathOf(digest), { force: true }),
  }
}

/** Marks a copy as used now; false when there is none. */
async function touch(path: string): Promise<boolean> {
  try {
    const now = new Date()
    await utimes(path, now, now)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Removes the longest unused copies until the rest is within the bound; returns what is left, in bytes. */
async function evict(root: string, maxBytes: number): Promise<number> {
  const names = await readdir(root, { recursive: true }).catch(() => [])
  const copies: { path: string; size: number; usedAt: number }[] = []
  for (const name of names) {
    const path = join(root, name)
    if (!isDigest(name.split('/').at(-1) ?? '')) continue
    const info = await stat(path).catch(() => undefined)
    if (info !== undefined) copies.push({ path, size: info.size, usedAt: info.mtimeMs })
  }
  copies.sort((a, b) => a.usedAt - b.usedAt)
  let held = copies.reduce((sum, copy) => sum + copy.size, 0)
  for (const copy of copies) {
    if (held <= maxBytes) break
    await rm(copy.path, { force: true })
    held -= copy.size
  }
  return held
}
