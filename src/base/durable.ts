import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SlipwayError } from './error.ts'
import { uuidv7 } from './id.ts'

/** Makes a rename, link or removal in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Replaces a small file atomically: a reader sees the old content or the new, also after a power cut. */
export async function writeDurable(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${uuidv7()}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw asDiskFull(error, path)
  }
  await syncDirectory(dirname(path))
}

/** The code of a system error, for example `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Turns "no space left" and "quota exceeded" into the error that tells the operator so; others pass as they are. */
export function asDiskFull(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new SlipwayError('disk_full', `No space is left on the disk of ${path}.`, {
    cause: error,
    facts: { path },
  })
}
