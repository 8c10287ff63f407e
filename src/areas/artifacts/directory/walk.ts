import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises'
import { systemCode } from '../../../base/durable.ts'

/**
 * An open directory below the root. Names are looked up in the open directory itself and never through a link, so that
 * nobody who may write below the root can lead the platform out of it, not even in the middle of a walk.
 */
export interface OpenDirectory extends AsyncDisposable {
  /** A path of an entry, for system calls that do not follow links. */
  at(name: string): string
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Opens a directory below the root; undefined when there is none, or a link on the way to it. */
export async function openDirectory(
  root: string,
  segments: readonly string[],
): Promise<OpenDirectory | undefined> {
  return await walk(root, segments, async () => {})
}

/** Like `openDirectory`, and makes what is missing; undefined when a file or a link is in the way. */
export async function makeDirectory(
  root: string,
  segments: readonly string[],
): Promise<OpenDirectory | undefined> {
  return await walk(root, segments, async (path) => {
    await mkdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error
    })
  })
}

/** Opens a regular file of a directory, or undefined for anything else: a pipe would block, a link would lead away. */
export async function openFile(directory: OpenDirectory, name: string): Promise<FileHandle | undefined> {
  const handle = await opened(
    directory.at(name),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  )
  if (handle === undefined) return undefined
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  return undefined
}

/** What is known of an entry without following it. */
export async function entryAt(directory: OpenDirectory, name: string) {
  return await lstat(directory.at(name)).catch(absent)
}

async function walk(
  root: string,
  segments: readonly string[],
  prepare: (path: string) => Promise<void>,
): Promise<OpenDirectory | undefined> {
  // The operator chose the root: only what is below it may not be a link.
  let here = directoryOf(await open(root, constants.O_RDONLY | constants.O_DIRECTORY), root)
  for (const segment of segments) {
    const path = here.at(segment)
    const next = await prepare(path)
      .then(() => opened(path, directoryFlags))
      .finally(() => here[Symbol.asyncDispose]())
    if (next === undefined) return undefined
    here = directoryOf(next, path)
  }
  return here
}

function directoryOf(handle: FileHandle, path: string): OpenDirectory {
  // Linux gives every open file a name below which its entries are found, wherever it is moved to meanwhile.
  const base = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path
  return {
    at: (name) => `${base}/${name}`,
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

async function opened(path: string, flags: number): Promise<FileHandle | undefined> {
  return await open(path, flags).catch(absent)
}

/** No such entry, or one of another kind than was asked for. */
function absent(error: unknown): undefined {
  const code = systemCode(error) ?? ''
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ENXIO', 'ENAMETOOLONG'].includes(code)) return undefined
  throw error
}
