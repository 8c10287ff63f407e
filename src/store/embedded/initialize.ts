import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../base/error.ts'
import { reportsFullDisk } from '../failure.ts'
import type { Binaries } from './binaries.ts'
import { markUnclaimed } from './password.ts'
import type { Place } from './place.ts'
import { copyTemplate, templateFor } from './template.ts'

/**
 * Makes the data directory when there is none, if wanted as a copy of the template. It appears whole or not at all; the
 * answer is whether it must still be flushed to the disk.
 */
export async function initialize(
  place: Place,
  binaries: Binaries,
  options: readonly string[] = [],
  template = false,
): Promise<{ flush: boolean }> {
  const version = await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version !== undefined) {
    refuseOtherMajor(version.trim(), binaries)
    return { flush: false }
  }
  await removeDrafts(place)
  const draft = join(place.directory, `draft-${process.pid}-${Date.now()}`)
  const copied = template && (await fromTemplate(place, binaries, draft))
  if (!copied) await fromNothing(place, binaries, draft, options)
  return { flush: copied }
}

async function fromTemplate(place: Place, binaries: Binaries, draft: string): Promise<boolean> {
  const template = await templateFor(binaries)
  if (!template.exists) return false
  try {
    await copyTemplate(template, draft, place.uid)
    await markUnclaimed(place)
    await rename(draft, place.data)
    return true
  } catch {
    // another version may be removing it at this moment
    await rm(draft, { recursive: true, force: true })
    return false
  }
}

async function fromNothing(
  place: Place,
  binaries: Binaries,
  draft: string,
  options: readonly string[],
): Promise<void> {
  const passwordFile = `${draft}.password`
  await writeFile(passwordFile, place.password, { mode: 0o600 })
  if (place.uid !== undefined) await chown(passwordFile, place.uid, place.uid)
  try {
    await makeCluster(place, binaries, ['-D', draft, `--pwfile=${passwordFile}`, ...options])
    await rename(draft, place.data)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function removeDrafts(place: Place): Promise<void> {
  const drafts = (await readdir(place.directory)).filter((name) => name.startsWith('draft-'))
  await Promise.all(drafts.map((name) => rm(join(place.directory, name), { recursive: true, force: true })))
}

function refuseOtherMajor(found: string, binaries: Binaries): void {
  const major = binaries.version.split('.')[0]
  if (found === major) return
  throw new SlipwayError(
    'database_newer',
    `The data directory was written by PostgreSQL ${found}, this Slipway brings ${major}: back up with the Slipway that wrote it, then restore with this one.`,
  )
}

/** Makes what was copied survive a power cut, as a cluster that was made here does. */
export async function flush(place: Place, binaries: Binaries): Promise<void> {
  const method = process.platform === 'linux' ? ['--sync-method=syncfs'] : []
  await runInitdb(place, binaries, ['--sync-only', '-D', place.data, ...method])
}

async function makeCluster(place: Place, binaries: Binaries, options: readonly string[]): Promise<void> {
  // The C locale with Unicode rules: the same order and case on every machine, whatever its libraries.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const fixed = [
    '--username=slipway',
    '--auth=scram-sha-256',
    '--no-instructions',
    '--text-search-config=english',
  ]
  await runInitdb(place, binaries, [...fixed, ...locale, ...options])
}

async function runInitdb(place: Place, binaries: Binaries, options: readonly string[]): Promise<void> {
  const child = spawn(binaries.initdb, options, {
    cwd: dirname(place.data),
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...asUser(place),
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  if (reportsFullDisk(output)) throw new SlipwayError('disk_full', `The disk of ${place.directory} is full.`)
  throw new SlipwayError('database_unavailable', `The database could not be initialized: ${output.trim()}`)
}

/** Spawn options that drop root. */
export function asUser(place: Place): { uid?: number; gid?: number } {
  return place.uid === undefined ? {} : { uid: place.uid, gid: place.uid }
}
