import { silent } from '../../src/base/log.ts'
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
