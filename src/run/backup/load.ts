import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type pg from 'pg'
import { type ArchiveEntry, readArchive } from '../../base/archive.ts'
import { writeDurable } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { connect } from '../../store/connect.ts'
import { copyIn } from '../../store/copy.ts'
import {
  applyMigrations,
  isEmptyDatabase,
  type Migration,
  readMigrations,
  runMigrations,
} from '../../store/migrate.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import { copyInStatement, loadTables, setSequences } from './tables.ts'

export interface RestoreTarget {
  /** An empty database. */
  readonly url: string
  readonly blobs: Blobs
  /** A home without keys. */
  readonly home: string
}

/**
 * Restores a backup into an empty database and a new home. The database is written in one transaction, which is
 * committed when every blob is durable and the file has proved whole: a restore that fails leaves an empty database.
 */
export async function loadBackup(file: string, target: RestoreTarget, log: Log): Promise<void> {
  const handle = await open(file, 'r').catch((error) => {
    throw new SlipwayError('invalid_backup', `The backup cannot be read: ${error.message}`)
  })
  const client = await connect(target.url)
  try {
    await refuseUsed(client, target.home)
    await new Restore(client, target, log).run(readArchive(handle, damaged))
    // What this program has added to the schema since the backup was taken.
    await applyMigrations(client, await readMigrations())
  } finally {
    await client.end()
    await handle.close()
  }
}

async function refuseUsed(client: pg.Client, home: string): Promise<void> {
  if (!(await isEmptyDatabase(client)))
    throw new SlipwayError('home_not_empty', 'The database to restore into is not empty.')
  const keys = await readdir(join(home, 'keys')).catch(() => [])
  if (keys.some((name) => /^master-\d+$/.test(name))) {
    throw new SlipwayError('home_not_empty', `${home} has keys already.`, { facts: { home } })
  }
}

class Restore {
  readonly #client: pg.Client
  readonly #target: RestoreTarget
  readonly #log: Log
  readonly #keys = new Map<string, string>()
  #blobs = 0

  constructor(client: pg.Client, target: RestoreTarget, log: Log) {
    this.#client = client
    this.#target = target
    this.#log = log
  }

  async run(entries: AsyncGenerator<ArchiveEntry>): Promise<void> {
    const manifest = await readManifest(entries)
    await this.#client.query('begin')
    try {
      await runMigrations(this.#client, await migrationsOf(manifest))
      await loadTables(this.#client, () => this.#readEntries(entries, manifest))
      await setSequences(this.#client, manifest.sequences)
      await this.#writeKeys()
      await this.#client.query('commit')
    } catch (error) {
      await this.#client.query('rollback').catch(() => {})
      await this.#removeKeys()
      throw error
    }
    this.#log.info('restore.done', { tables: manifest.tables.length, blobs: this.#blobs })
  }

  async #readEntries(entries: AsyncGenerator<ArchiveEntry>, manifest: Manifest): Promise<void> {
    let next = await entries.next()
    while (next.done !== true) {
      const [folder, name = ''] = next.value.path.split('/')
      if (folder === 'database') {
        next = await this.#readTable(next.value, name, entries, manifest)
        continue
      }
      if (folder === 'keys' && /^master-\d+$/.test(name)) this.#keys.set(name, await next.value.text())
      if (folder === 'blobs') await this.#readBlob(next.value, name)
      next = await entries.next()
    }
  }

  /** Feeds all entries of one table to one COPY; returns the first entry that is not the table's. */
  async #readTable(
    first: ArchiveEntry,
    name: string,
    entries: AsyncGenerator<ArchiveEntry>,
    manifest: Manifest,
  ) {
    const table = manifest.tables.find((each) => each.name === name)
    if (table === undefined)
      throw new SlipwayError('invalid_backup', `The backup has rows of an unknown table, ${name}.`)
    let next: IteratorResult<ArchiveEntry> = { done: false, value: first }
    const parts = async function* () {
      while (next.done !== true && next.value.path.startsWith(`database/${name}/`)) {
        yield* next.value.bytes()
        next = await entries.next()
      }
    }
    await copyIn(this.#client, copyInStatement(table), parts())
    return next
  }

  async #readBlob(entry: ArchiveEntry, digest: string): Promise<void> {
    await this.#target.blobs.put(Readable.from(entry.bytes()), { expect: digest })
    this.#blobs += 1
  }

  async #writeKeys(): Promise<void> {
    const directory = join(this.#target.home, 'keys')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const [name, key] of this.#keys) await writeDurable(join(directory, name), key)
  }

  async #removeKeys(): Promise<void> {
    for (const name of this.#keys.keys()) await rm(join(this.#target.home, 'keys', name), { force: true })
  }
}

async function readManifest(entries: AsyncGenerator<ArchiveEntry>): Promise<Manifest> {
  const first = await entries.next()
  if (first.done === true || first.value.path !== 'manifest.json') {
    throw new SlipwayError('invalid_backup', 'This is no backup of Slipway.')
  }
  return parseManifest(await first.value.text())
}

/** The migrations that the backup's database had: its rows fit only these. */
async function migrationsOf(manifest: Manifest): Promise<Migration[]> {
  const known = new Map((await readMigrations()).map((migration) => [migration.number, migration]))
  return manifest.migrations.map(({ number, checksum }) => {
    const migration = known.get(number)
    if (migration?.checksum === checksum) return migration
    throw new SlipwayError('database_newer', `The backup has migration ${number} of another Slipway.`, {
      facts: { migration: number },
    })
  })
}

function damaged(how: string): SlipwayError {
  return new SlipwayError('invalid_backup', `The backup is damaged: ${how}.`)
}
