import { createHash, randomBytes } from 'node:crypto'
import {
  chown,
  lchown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asDiskFull } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import { makeHome } from '../../config/home.ts'
import { markDirectory } from './abandoned.ts'
import { isOpenToAll } from './binaries.ts'

/** PostgreSQL refuses to run as root; it then runs as `nobody`, who exists everywhere and owns nothing. */
const nobody = 65534
/** What root keeps for servers that run as another user, who cannot reach into root's home. */
export const sharedDir = '/var/lib/slipway'
/** The path of a Unix socket ends at 107 bytes (103 on macOS); PostgreSQL appends its own file name. */
const longestSocketDir = 103 - '/.s.PGSQL.5432'.length

/** Where one embedded server lives and as whom it runs. */
export interface Place {
  readonly home: string
  readonly directory: string
  readonly data: string
  readonly sockets: string
  readonly log: string
  /** Another user than the program's own, when that is root. */
  readonly uid: number | undefined
  readonly password: string
}

/** The place of the server of a home directory; makes what is missing of it. */
export async function placeOf(givenHome: string): Promise<Place> {
  const uid = process.getuid?.() === 0 ? nobody : undefined
  await makeHome(givenHome)
  const home = await realpath(givenHome)
  const directory = await directoryOf(home, uid)
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 12)
  const sockets =
    Buffer.byteLength(directory) <= longestSocketDir ? directory : join(tmpdir(), `slipway-${name}`)
  await makePrivate(sockets, uid)
  const password = await passwordOf(home)
  return {
    home,
    directory,
    data: join(directory, 'data'),
    sockets,
    log: join(directory, 'postgres.log'),
    uid,
    password,
  }
}

/** `<home>/postgres`, or a link of that name to a directory that the server's user can reach. */
async function directoryOf(home: string, uid: number | undefined): Promise<string> {
  const own = join(home, 'postgres')
  const known = await realpath(own).catch(() => undefined)
  if (known !== undefined) {
    if (uid !== undefined) await giveTo(known, uid)
    return known
  }
  if (uid === undefined || (await isOpenToAll(home))) {
    await makePrivate(own, uid)
    return own
  }
  await mkdir(sharedDir, { recursive: true, mode: 0o755 })
  const directory = join(sharedDir, randomBytes(6).toString('hex'))
  await makePrivate(directory, uid)
  await symlink(directory, own)
  await markDirectory(directory, own)
  return directory
}

/** The address of the embedded server of a home directory, running or not. */
export async function urlOf(home: string): Promise<string> {
  return urlAt(await placeOf(home))
}

export function urlAt(place: Place): string {
  return `postgresql://slipway:${place.password}@${encodeURIComponent(place.sockets)}:5432/postgres`
}

/** A home that root copied or unpacked belongs to root, also what the server must own. */
async function giveTo(directory: string, uid: number): Promise<void> {
  if ((await lstat(directory)).uid === uid) return
  const below = await readdir(directory, { recursive: true })
  await Promise.all(
    [directory, ...below.map((path) => join(directory, path))].map((path) => lchown(path, uid, uid)),
  )
}

async function makePrivate(directory: string, uid: number | undefined): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const owner = uid ?? process.getuid?.()
  if (uid !== undefined) await chown(directory, uid, uid)
  const found = await lstat(directory)
  // Below a directory that everyone can write to, someone else may have been there first.
  if (!found.isDirectory() || (owner !== undefined && found.uid !== owner) || (found.mode & 0o077) !== 0) {
    throw new SlipwayError(
      'invalid_config',
      `${directory} must be a directory that only the database's user can enter.`,
    )
  }
}

async function passwordOf(home: string): Promise<string> {
  const file = join(home, 'keys', 'postgres')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined) return known.trim()
  await mkdir(join(home, 'keys'), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(24).toString('hex'), { mode: 0o600, flush: true }).catch((error) => {
    throw asDiskFull(error, file)
  })
  // Linked, not renamed: the first one wins when two programs start at once.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return (await readFile(file, 'utf8')).trim()
}
