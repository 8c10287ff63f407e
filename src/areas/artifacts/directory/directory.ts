import { mkdir, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { asDiskFull, syncDirectory, systemCode } from '../../../base/durable.ts'
import { SlipwayError } from '../../../base/error.ts'
import { removeStaleSpools, spool } from '../../../blobs/spool.ts'
import type { Entry } from '../reader.ts'
import { entryAt, makeDirectory, type OpenDirectory, openDirectory, openFile } from './walk.ts'

/** A file below the operator's root, as it was when it was looked at. */
export interface RootFile {
  readonly path: string
  readonly size: number
  readonly modified: Date
}

/** Where uploads wait until they are whole; not part of what the directory holds. */
const waiting = '.slipway'

/**
 * The files below an artifact root that the operator chose. Clients on this machine write there too, so that nothing is
 * known of a file but what stands on the disk. Paths are of the form that `artifactPath` gives.
 */
export async function openRoot(root: string) {
  const spools = join(root, waiting)
  await mkdir(spools, { recursive: true })
  await removeStaleSpools(spools)

  /** The children of a directory by name; nothing when it is a file or absent. Links and other oddities are left out. */
  async function list(path: string): Promise<Entry[]> {
    await using directory = await openDirectory(root, segmentsOf(path))
    if (directory === undefined) return []
    const entries = await entriesOf(directory, path)
    return entries.map(({ modified: _, ...entry }) => entry)
  }

  async function* files(path: string): AsyncGenerator<RootFile> {
    const one = path === '' ? undefined : await find(path)
    if (one !== undefined) yield one
    const found = await filesIn(root, path)
    for (const file of found.files) yield file
    for (const directory of found.directories) yield* files(directory)
  }

  async function find(path: string): Promise<RootFile | undefined> {
    await using parent = await openDirectory(root, segmentsOf(path).slice(0, -1))
    if (parent === undefined || isWaiting(path)) return undefined
    const info = await entryAt(parent, nameOf(path))
    if (info?.isFile() !== true) return undefined
    return { path, size: info.size, modified: info.mtime }
  }

  /** The bytes of a file; `range` in bytes, end exclusive. Fails with `not_found`. */
  async function read(path: string, range?: { start: number; end?: number }): Promise<Readable> {
    await using parent = await openDirectory(root, segmentsOf(path).slice(0, -1))
    const file = parent === undefined ? undefined : await openFile(parent, nameOf(path))
    if (file === undefined) throw new SlipwayError('not_found', `There is no file \`${path}\``)
    const { start, end = Number.POSITIVE_INFINITY } = range ?? { start: 0 }
    if (start < end) return file.createReadStream({ start, end: end - 1, highWaterMark: 256 * 1024 })
    // A range that is empty has no inclusive end to read to.
    await file.close()
    return Readable.from([])
  }

  /** Writes a file whole or not at all; one of that path is replaced. */
  async function write(
    path: string,
    bytes: Readable | Uint8Array,
    options: { limit?: number; expect?: string; signal?: AbortSignal },
  ): Promise<{ digest: string; size: number }> {
    if (isWaiting(path)) throw new SlipwayError('invalid_argument', 'Invalid path')
    const spooled = await spool(spools, bytes, { ...options, mode: 0o644 })
    try {
      await settle(spooled.path, path)
    } catch (error) {
      await rm(spooled.path, { force: true })
      throw asDiskFull(error, root)
    }
    return { digest: spooled.digest, size: spooled.size }
  }

  async function settle(from: string, path: string): Promise<void> {
    await using parent = await made(segmentsOf(path).slice(0, -1), path)
    try {
      await rename(from, parent.at(nameOf(path)))
    } catch (error) {
      if (!['EISDIR', 'ENOTEMPTY', 'EEXIST', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) throw error
      throw inTheWay(path)
    }
    await syncDirectory(parent.at('.'))
  }

  async function made(segments: readonly string[], path: string): Promise<OpenDirectory> {
    const parent = await makeDirectory(root, segments).catch((error: unknown) => {
      if (systemCode(error) === 'ENAMETOOLONG') throw inTheWay(path)
      throw error
    })
    if (parent === undefined) throw inTheWay(path)
    return parent
  }

  /** Removes the file of that path, or all below it. Returns how many files there were. */
  async function remove(path: string): Promise<number> {
    await using parent = await openDirectory(root, segmentsOf(path).slice(0, -1))
    return parent === undefined || isWaiting(path)
      ? 0
      : await removeEntry(parent, nameOf(path), segmentsOf(path))
  }

  async function removeEntry(
    parent: OpenDirectory,
    name: string,
    segments: readonly string[],
  ): Promise<number> {
    const info = await entryAt(parent, name)
    if (info === undefined) return 0
    if (!info.isDirectory()) {
      await unlink(parent.at(name))
      return info.isFile() ? 1 : 0
    }
    let count = 0
    {
      await using directory = await openDirectory(root, segments)
      if (directory === undefined) return 0
      for (const child of await readdir(directory.at('.'))) {
        count += await removeEntry(directory, child, [...segments, child])
      }
    }
    await rmdir(parent.at(name)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOTEMPTY') throw error
    })
    return count
  }

  return { list, files, find, read, write, remove }
}

export type Root = Awaited<ReturnType<typeof openRoot>>

async function filesIn(root: string, path: string): Promise<{ files: RootFile[]; directories: string[] }> {
  await using directory = await openDirectory(root, segmentsOf(path))
  const entries = directory === undefined ? [] : await entriesOf(directory, path)
  return {
    files: entries.flatMap((entry) =>
      entry.directory ? [] : [{ path: entry.path, size: entry.size ?? 0, modified: entry.modified }],
    ),
    directories: entries.flatMap((entry) => (entry.directory ? [entry.path] : [])),
  }
}

async function entriesOf(directory: OpenDirectory, path: string): Promise<(Entry & { modified: Date })[]> {
  const names = await readdir(directory.at('.'))
  const entries: (Entry & { modified: Date })[] = []
  for (const name of names.sort(byBytes)) {
    const info = await entryAt(directory, name)
    if (info === undefined || !(info.isFile() || info.isDirectory()) || (path === '' && name === waiting))
      continue
    const isDirectory = info.isDirectory()
    entries.push({
      path: path === '' ? name : `${path}/${name}`,
      directory: isDirectory,
      size: isDirectory ? null : info.size,
      digest: null,
      modified: info.mtime,
    })
  }
  return entries
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.split('/')
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function isWaiting(path: string): boolean {
  return path === waiting || path.startsWith(`${waiting}/`)
}

function inTheWay(path: string): SlipwayError {
  return new SlipwayError(
    'invalid_argument',
    `Invalid path: a part of '${path}' is a file or a link, a directory has its name, or it is too long`,
  )
}
