import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from '../base/durable.ts'
import { isDigest, shardedName } from './digest.ts'

/**
 * Removes a file that was last written before a time. It is first moved aside and looked at again: one that was put in its
 * place after the first look is young, and goes back.
 */
export async function removeOld(path: string, aside: string, before: Date): Promise<boolean> {
  const info = await stat(path).catch(absent)
  if (info === undefined) return true
  if (info.mtime >= before) return false
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
  await rename(path, aside).catch(absent)
  const moved = await stat(aside).catch(absent)
  if (moved === undefined) return true
  const old = moved.mtime < before
  if (!old) await restore(aside, path)
  await rm(aside, { force: true })
  return old
}

/** Puts back what a killed removal left aside: were it garbage, it would be found again. */
export async function putBack(root: string, trash: string): Promise<void> {
  const names = await readdir(trash).catch(() => [])
  for (const name of names.filter(isDigest)) {
    await mkdir(dirname(join(root, shardedName(name))), { recursive: true, mode: 0o700 })
    await restore(join(trash, name), join(root, shardedName(name)))
    await rm(join(trash, name), { force: true })
  }
}

/** What lies there already is equal and younger. */
async function restore(aside: string, path: string): Promise<void> {
  await link(aside, path).catch((error: unknown) => {
    if (!['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error
  })
}

function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined
  throw error
}
