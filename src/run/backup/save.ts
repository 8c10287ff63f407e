import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { ArchiveWriter } from '../../base/archive.ts'
import { asDiskFull, syncDirectory } from '../../base/durable.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { connect } from '../../store/connect.ts'
import { copyOut } from '../../store/copy.ts'
import type { Manifest } from './manifest.ts'
import { copyOutStatement, listSequences, listTables, type TableDump } from './tables.ts'

export interface BackupSource {
  readonly url: string
  readonly blobs: Blobs
  /** Its keys are part of the backup. */
  readonly home: string
}

export interface BackupSummary {
  readonly tables: number
  readonly blobs: number
  readonly bytes: number
}

/** Rows of a table are cut into entries of about this size, since an entry's size comes before it. */
const entryBytes = 4 * 1024 * 1024

/**
 * Writes everything the platform knows into one tar file: the database as of one moment, the blobs, the keys. The
 * platform may go on working meanwhile. The file appears whole or not at all, and opens every secret: keep it safe.
 */
export async function saveBackup(source: BackupSource, file: string, log: Log): Promise<BackupSummary> {
  const partial = `${file}.partial`
  const handle = await open(partial, 'w', 0o600).catch((error) => {
    throw new SlipwayError('invalid_argument', `The backup cannot be written: ${error.message}`)
  })
  try {
    const summary = await writeAll(source, new ArchiveWriter(handle), log)
    await handle.sync()
    const { size } = await handle.stat()
    await handle.close()
    await rename(partial, file)
    await syncDirectory(dirname(file))
    return { ...summary, bytes: size }
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(partial, { force: true })
    throw asDiskFull(error, file)
  }
}

async function writeAll(
  source: BackupSource,
  archive: ArchiveWriter,
  log: Log,
): Promise<Omit<BackupSummary, 'bytes'>> {
  const client = await connect(source.url)
  try {
    // The database comes first: every blob that it refers to is durable by then, and stays.
    await client.query('begin isolation level repeatable read read only')
    const manifest = await readManifest(client)
    await archive.text('manifest.json', JSON.stringify(manifest))
    await writeKeys(archive, source.home)
    for (const table of manifest.tables) await writeTable(archive, client, table)
    await client.query('commit')
    log.info('backup.database_written', { tables: manifest.tables.length })
    const blobs = await writeBlobs(archive, source.blobs)
    await archive.end()
    return { tables: manifest.tables.length, blobs }
  } finally {
    await client.end()
  }
}

async function readManifest(client: pg.Client): Promise<Manifest> {
  const { rows } = await client.query<{ number: number; checksum: string }>(
    'select number, checksum from migrations order by number',
  )
  return {
    format: 'slipway-backup',
    version: 1,
    createdAt: new Date().toISOString(),
    migrations: rows,
    tables: await listTables(client),
    sequences: await listSequences(client),
  }
}

/** The embedded server's password stays behind: it belongs to the server, and the restored one has its own. */
async function writeKeys(archive: ArchiveWriter, home: string): Promise<void> {
  const directory = join(home, 'keys')
  for (const name of await readdir(directory).catch(() => [])) {
    if (!/^master-\d+$/.test(name)) continue
    await archive.text(`keys/${name}`, await readFile(join(directory, name), 'utf8'))
  }
}

async function writeTable(archive: ArchiveWriter, client: pg.Client, table: TableDump): Promise<void> {
  let part = 0
  let chunks: Buffer[] = []
  let size = 0
  const flush = async () => {
    await archive.entry(`database/${table.name}/${String(part).padStart(8, '0')}`, size, chunks)
    part += 1
    chunks = []
    size = 0
  }
  for await (const chunk of copyOut(client, copyOutStatement(table))) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= entryBytes) await flush()
  }
  if (size > 0) await flush()
}

async function writeBlobs(archive: ArchiveWriter, blobs: Blobs): Promise<number> {
  let count = 0
  for await (const { digest, size } of blobs.list()) {
    const stream = await blobs.get(digest).catch((error) => {
      // Collected since it was listed: nothing in the copied database refers to it.
      if (error instanceof SlipwayError && error.code === 'blob_missing') return undefined
      throw error
    })
    if (stream === undefined) continue
    await archive.entry(`blobs/${digest}`, size, stream)
    count += 1
  }
  return count
}
