import { lstat, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Says, in a directory outside its home, whose it is. */
const mark = 'home.json'
/** Whoever moves a home starts it again within this time. */
const graceMs = 10 * 60_000

interface Mark {
  /** The link in the home that leads here. */
  readonly link: string
  /** The number of the device that the home is on. */
  readonly device: number
}

/** To be called when the directory is made, as the target of `link`. */
export async function markDirectory(directory: string, link: string): Promise<void> {
  const { dev } = await lstat(link)
  await writeFile(join(directory, mark), JSON.stringify({ link, device: dev } satisfies Mark), {
    mode: 0o600,
  })
}

/**
 * Removes the databases whose temporary home was deleted: a home that root makes below the system's temporary directory
 * keeps its database in `shared`, where deleting the home does not reach. All others stay, since a home that is not
 * there may be on a disk that is not mounted. Returns what it removed.
 */
export async function removeAbandoned(
  shared: string,
  options: { now: number; temporary?: string },
): Promise<string[]> {
  const { now, temporary = tmpdir() } = options
  const removed: string[] = []
  for (const name of await readdir(shared).catch(() => [])) {
    const directory = join(shared, name)
    if (!(await isAbandoned(directory, now, temporary))) continue
    await rm(directory, { recursive: true, force: true })
    removed.push(directory)
  }
  return removed
}

async function isAbandoned(directory: string, now: number, temporary: string): Promise<boolean> {
  const known = await readMark(directory)
  if (known === undefined || !known.link.startsWith(`${temporary}/`)) return false
  const log = await stat(join(directory, 'postgres.log')).catch(() => undefined)
  if (log === undefined || now - log.mtimeMs < graceMs) return false
  if ((await lstat(join(directory, 'data', 'postmaster.pid')).catch(() => undefined)) !== undefined)
    return false
  if ((await readlink(known.link).catch(() => undefined)) === directory) return false
  return (await deviceOf(known.link)) === known.device
}

async function readMark(directory: string): Promise<Mark | undefined> {
  const text = await readFile(join(directory, mark), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Mark)
}

/** Of the nearest directory above that is there. */
async function deviceOf(path: string): Promise<number> {
  const above = dirname(path)
  const found = await stat(above).catch(() => undefined)
  return found?.dev ?? (above === path ? -1 : deviceOf(above))
}
