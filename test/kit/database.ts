import { silent } from '../../src/base/log.ts'
import { connect } from '../../src/store/connect.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { newDatabase } from './server.ts'

export interface TestStore extends Store {
  readonly url: string
}

/** A store on a fresh database, with the program's schema, of a real PostgreSQL: `await using db = await openTestStore()`. */
export async function openTestStore(): Promise<TestStore> {
  const url = await newDatabase()
  return Object.assign(await openStore({ url, log: silent }), { url })
}

/** Another store on the same database, as another process would have. */
export async function openSecondStore(first: TestStore): Promise<TestStore> {
  return Object.assign(await openStore({ url: first.url, log: silent }), { url: first.url })
}

/** Ends all connections to a database, as an administrator or a failing network would. */
export async function endOtherConnections(url: string): Promise<void> {
  const client = await connect(url)
  const others =
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  await client.query(others)
  await client.end()
}
