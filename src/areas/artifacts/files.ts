import type { Readable } from 'node:stream'
import type { Principal } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { ArtifactRoot } from '../../config/index.ts'
import type { Store, Tx } from '../../store/store.ts'
import { openRoot, type Root, type RootFile } from './directory/directory.ts'
import { homeOf, sharedDirectory, sharedPath } from './home.ts'
import { filePath } from './path.ts'
import { createReader, type Entry, type StoredFile } from './reader.ts'
import { removeFiles, writeFile } from './writer.ts'

/** A file that can be read. */
export interface FileToRead {
  readonly path: string
  readonly size: number
  /** Changes when the bytes do. */
  readonly etag: string
  /** Undefined of a file that a client wrote below the operator's root. */
  readonly digest: string | undefined
  /** Of all bytes, or of a range of them, the end exclusive. */
  read(range?: { start: number; end?: number }): Promise<Readable>
}

export interface Upload {
  readonly principal: Principal
  readonly projectId: string
  readonly path: string
  readonly bytes: Readable | Uint8Array
  /** SHA-256 that the bytes must have. */
  readonly expect?: string
  /** In bytes. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/**
 * What areas do with files by their paths. With a directory as root, what lies there is seen together with what the
 * blob store was given before, and new files go there.
 */
export function createFiles(deps: {
  store: Store
  blobs: Blobs
  root: ArtifactRoot
  /** Names what clients have written to the storage themselves below a path. */
  takeIn: (projectId: string, path: string) => Promise<void>
}) {
  const { store, blobs } = deps
  const named = createReader(store)
  const projectName = createProjectNames(store)
  const directory = lazyRoot(deps.root)

  /** What locations of new experiments of the project begin with, without a slash at its end. */
  async function home(projectId: string): Promise<string> {
    return homeOf(deps.root, await projectName(projectId))
  }

  async function place(projectId: string, path: string): Promise<{ root: Root; path: string } | undefined> {
    const root = await directory()
    return root && { root, path: sharedPath(await projectName(projectId), path) }
  }

  /** The children of a directory by name; nothing when it is a file or absent. */
  async function list(projectId: string, path: string): Promise<Entry[]> {
    await deps.takeIn(projectId, path)
    const at = await place(projectId, path)
    const entries = await named.list(projectId, path)
    if (at === undefined) return entries
    const below = await at.root.list(at.path)
    const hidden = at.path.slice(0, at.path.length - path.length)
    const own = below
      .filter((entry) => at.path !== '' || entry.path !== sharedDirectory)
      .map((entry) => ({ ...entry, path: entry.path.slice(hidden.length).replace(/^\//, '') }))
    const byPath = new Map([...entries, ...own].map((entry) => [entry.path, entry]))
    return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  }

  /**
   * Every file below a path (or the one file there), with the digest of its bytes: what lies below the operator's root
   * is taken into the blob store, so that it stays what it is now.
   */
  async function files(projectId: string, path: string): Promise<StoredFile[]> {
    await deps.takeIn(projectId, path)
    const at = await place(projectId, path)
    const found = new Map((await named.files(projectId, path)).map((file) => [file.path, file]))
    if (at === undefined) return [...found.values()]
    for await (const file of at.root.files(at.path)) {
      const info = await blobs.put(await at.root.read(file.path))
      const own = `${path}${file.path.slice(at.path.length)}`.replace(/^\//, '')
      found.set(own, { path: own, ...info })
    }
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  async function find(projectId: string, path: string): Promise<FileToRead | undefined> {
    await deps.takeIn(projectId, path)
    const at = await place(projectId, path)
    const below = at && (await at.root.find(at.path))
    if (at !== undefined && below !== undefined) return rootFile(at.root, path, below)
    const file = await named.find(projectId, path)
    return file && stored(file)
  }

  /** Every file below a path, or the one file there, to be read one by one. */
  async function* each(projectId: string, path: string): AsyncGenerator<FileToRead> {
    await deps.takeIn(projectId, path)
    const at = await place(projectId, path)
    const below = new Set<string>()
    if (at !== undefined) {
      for await (const file of at.root.files(at.path)) {
        const own = `${path}${file.path.slice(at.path.length)}`.replace(/^\//, '')
        below.add(own)
        yield rootFile(at.root, own, file)
      }
    }
    for (const file of await named.files(projectId, path)) if (!below.has(file.path)) yield stored(file)
  }

  /** A file that is known by its digest, for example of a registered version. */
  function stored(file: StoredFile): FileToRead {
    return {
      ...file,
      etag: file.digest,
      read: (range) => blobs.get(file.digest, range === undefined ? {} : { range }),
    }
  }

  /** Takes in a stream and names it: durable when it resolves, without a trace when it rejects. */
  async function upload(file: Upload): Promise<StoredFile> {
    const path = filePath(file.path)
    const { principal, projectId, bytes, expect, limit, signal } = file
    const options = {
      ...(expect === undefined ? {} : { expect }),
      ...(limit === undefined ? {} : { limit }),
      ...(signal === undefined ? {} : { signal }),
    }
    const at = await place(projectId, path)
    if (at !== undefined) {
      const info = await at.root.write(at.path, bytes, options)
      await store.transact(principal, (tx) =>
        tx.audit({
          action: 'artifact.write',
          projectId,
          subjectType: 'artifact',
          subjectId: path,
          details: { ...info },
        }),
      )
      return { path, ...info }
    }
    const { digest, size } = await blobs.put(bytes, options)
    await store.transact(principal, (tx) => writeFile(tx, { projectId, path, digest, size }))
    return { path, digest, size }
  }

  /** Removes the file of that path, or all below it. Returns how many there were. */
  async function remove(principal: Principal, projectId: string, path: string): Promise<number> {
    return await store.transact(principal, (tx) => removeWithin(tx, projectId, path))
  }

  /** Like `remove`, as part of a change. */
  async function removeWithin(tx: Tx, projectId: string, path: string): Promise<number> {
    const at = await place(projectId, path)
    return await removeFiles(tx, projectId, path, at && (() => at.root.remove(at.path)))
  }

  return { home, list, files, each, find, stored, upload, remove, removeWithin }
}

function rootFile(root: Root, path: string, file: RootFile): FileToRead {
  return {
    path,
    size: file.size,
    etag: `${file.modified.getTime().toString(36)}-${file.size.toString(36)}`,
    digest: undefined,
    // No more than was announced, should it grow meanwhile.
    read: ({ start, end } = { start: 0 }) =>
      root.read(file.path, { start, end: Math.min(end ?? file.size, file.size) }),
  }
}

/** The operator's root, opened when it is first needed; undefined when there is none. */
function lazyRoot(root: ArtifactRoot): () => Promise<Root | undefined> {
  if (root.kind !== 'directory') return async () => undefined
  let opened: Promise<Root> | undefined
  return async () => {
    opened ??= openRoot(root.path).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return await opened
  }
}

/** Names of projects never change. */
function createProjectNames(store: Store): (id: string) => Promise<string> {
  const known = new Map<string, string>()
  return async (id) => {
    const name = known.get(id) ?? (await nameOf(store, id))
    known.set(id, name)
    return name
  }
}

async function nameOf(store: Store, id: string): Promise<string> {
  const row = await store.read
    .selectFrom('projects')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.name
}
