import type { Log } from '../base/log.ts'
import { connect } from './connect.ts'
import { startPostgres } from './embedded/postgres.ts'
import { lockHome } from './home-lock.ts'
import { migrate } from './migrate.ts'

/** The database of a running platform, brought up to this program's schema. */
export interface Database extends AsyncDisposable {
  readonly url: string
}

export interface DatabaseOptions {
  readonly home: string
  /** An external database; without it the embedded server of the home is started. */
  readonly url?: string | undefined
  readonly log: Log
}

/**
 * Makes the database ready and locks the home directory (`home_in_use`); disposing stops what was started.
 * Other processes of the platform then open a store on it.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const server =
    options.url === undefined
      ? await startPostgres({ ...options, template: true })
      : await lockExternal(options.home, options.url)
  try {
    await prepareDatabase(server.url)
    return server
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

async function lockExternal(home: string, url: string): Promise<Database> {
  const lock = await lockHome(home)
  return { url, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
}

/** Brings a database up to this program's schema: for replicas that start without `startDatabase`. */
export async function prepareDatabase(url: string): Promise<void> {
  const client = await connect(url)
  try {
    await migrate(client)
  } finally {
    await client.end()
  }
}
