import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identify, type ProcessIdentity, presence } from '../../../base/process.ts'

interface Server {
  readonly id: string
  readonly process: ProcessIdentity
}

/** Notes that this process serves here now. Returns the id of the one before it, if that is gone for certain. */
export async function succeed(directory: string, id: string): Promise<string | undefined> {
  const file = join(directory, 'server.json')
  const before = await readServer(file)
  try {
    await writeFile(`${file}.${id}.tmp`, JSON.stringify({ id, process: identify() }), { mode: 0o600 })
    await rename(`${file}.${id}.tmp`, file)
  } catch {
    // as on a full disk: it is only waited for longer, and serving matters more
    await rm(`${file}.${id}.tmp`, { force: true })
  }
  return before && presence(before.process) === 'gone' ? before.id : undefined
}

async function readServer(file: string): Promise<Server | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Server
  } catch {
    return undefined
  }
}
