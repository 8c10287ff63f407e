import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { uuidv7 } from './id.ts'
import { identify, type ProcessIdentity, presence } from './process.ts'

/** A directory for the temporary files of this process; removed with it. */
export interface ProcessScratch extends AsyncDisposable {
  readonly directory: string
}

const prefix = 'process-'
const owner = 'owner.json'

/** Opens one below `parent`, and removes those of processes that were killed. */
export async function openProcessScratch(parent: string): Promise<ProcessScratch> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  await removeAbandoned(parent)
  const directory = join(parent, `${prefix}${uuidv7()}`)
  await mkdir(directory, { mode: 0o700 })
  await writeFile(join(directory, owner), JSON.stringify(identify() ?? {}))
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const directory = join(parent, name)
    if (await isAbandoned(directory)) await rm(directory, { recursive: true, force: true })
  }
}

/** One without an owner is being made just now, or was left in that instant: the little that is in it may stay. */
async function isAbandoned(directory: string): Promise<boolean> {
  try {
    const identity = JSON.parse(await readFile(join(directory, owner), 'utf8')) as ProcessIdentity
    return presence(identity) === 'gone'
  } catch {
    return false
  }
}
