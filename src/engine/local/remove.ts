import { chmod, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/durable.ts'
import { uuidv7 } from '../../base/id.ts'
import type { JobDirectory } from './layout.ts'

/** Directories of jobs under a name that no job can have: being made, or being removed. */
export const stagingPrefix = '.staging-'
const removedPrefix = '.removed-'

const staleMs = 24 * 3600_000

/** Removes a job's directory; at no moment is half of one under its name. */
export async function removeJob(jobs: string, path: string): Promise<void> {
  const removed = join(jobs, `${removedPrefix}${uuidv7()}`)
  try {
    await rename(path, removed)
  } catch (error) {
    // Somebody else was first.
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  await removeTree(removed)
}

/** Of a job that did not succeed only the log is of use, and the rest may be what has filled the disk. */
export async function removeFiles(directory: JobDirectory): Promise<void> {
  for (const path of [directory.outputs, directory.temporary, directory.work]) await removeTree(path)
}

/** Removes what killed processes left of unfinished stagings and removals. */
export async function removeStale(jobs: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(jobs).catch(() => [])) {
    if (!name.startsWith('.')) continue
    const info = await stat(join(jobs, name)).catch(() => undefined)
    const old = info !== undefined && now - info.mtimeMs > staleMs
    if (old || name.startsWith(removedPrefix)) await removeTree(join(jobs, name))
  }
}

/** Removes a directory, also when a job has made parts of it unwritable. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 2 })
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error
    await makeWritable(path)
    await rm(path, { recursive: true, force: true })
  }
}

async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o700)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(directory, entry.name))
  }
}
