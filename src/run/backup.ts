import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import { openBlobs } from '../blobs/open.ts'
import type { Config } from '../config/config.ts'
import { startPostgres } from '../store/embedded/postgres.ts'
import { embeddedDatabaseUrl, lockHome } from '../store/index.ts'
import { loadBackup } from './backup/load.ts'
import { type BackupSummary, saveBackup } from './backup/save.ts'

/** `slipway backup`: everything the platform knows, into one file. The platform may be running or not. */
export async function runBackup(config: Config, file: string, log: Log): Promise<BackupSummary> {
  await using database = await reachDatabase(config, log)
  const blobs = await openBlobs(config.blobs)
  return await saveBackup({ url: database.url, blobs, home: config.home }, resolve(file), log)
}

/** `slipway restore`: into a new home, while no platform runs on it. */
export async function runRestore(config: Config, file: string, log: Log): Promise<void> {
  await using database = await newDatabase(config, log)
  const blobs = await openBlobs(config.blobs)
  await loadBackup(resolve(file), { url: database.url, blobs, home: config.home }, log)
}

interface Reached extends AsyncDisposable {
  readonly url: string
}

async function newDatabase({ home, database }: Config, log: Log): Promise<Reached> {
  if (database.kind === 'embedded') return startPostgres({ home, log })
  const lock = await lockHome(home)
  return { url: database.url, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

/** The embedded server may be running below a platform, which then holds the home; else it is started for the time. */
async function reachDatabase(config: Config, log: Log): Promise<Reached> {
  if (config.database.kind === 'external')
    return { url: config.database.url, async [Symbol.asyncDispose]() {} }
  if (!existsSync(join(config.home, 'postgres'))) {
    throw new SlipwayError('not_found', `There is no Slipway in ${config.home}.`, {
      facts: { home: config.home },
    })
  }
  try {
    return await startPostgres({ home: config.home, log })
  } catch (error) {
    if (!(error instanceof SlipwayError && error.code === 'home_in_use')) throw error
    return { url: await embeddedDatabaseUrl(config.home), async [Symbol.asyncDispose]() {} }
  }
}
