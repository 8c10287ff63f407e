import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createData, type Data } from '../../src/areas/data/index.ts'
import { uuidv7 } from '../../src/base/id.ts'
import { silent } from '../../src/base/log.ts'
import { system } from '../../src/base/principal.ts'
import type { Blobs } from '../../src/blobs/blobs.ts'
import { openBlobs } from '../../src/blobs/open.ts'
import type { Columnar } from '../../src/columnar/columnar.ts'
import { createColumnar } from '../../src/columnar/pool.ts'
import type { DatasetVersion } from '../../src/contract/data.ts'
import { openTestStore, type TestStore } from './database.ts'

export interface TestData extends AsyncDisposable {
  readonly store: TestStore
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly data: Data
  readonly directory: string
  readonly projectId: string
  /** Makes a version of the text of a CSV file. */
  ingestText(
    dataset: string,
    csv: string | Buffer,
    options?: { mode?: 'append' | 'replace'; key?: string },
  ): Promise<DatasetVersion>
}

/** The data area on a real database, real blobs and real DuckDB, with one project. */
export async function openTestData(): Promise<TestData> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-data-'))
  const store = await openTestStore()
  const blobs = await openBlobs({ kind: 'local', home: directory })
  const columnar = createColumnar({ tempDirectory: join(directory, 'columnar') })
  const data = createData({ store, blobs, columnar, log: silent, tempDirectory: join(directory, 'temp') })
  const projectId = await insertProject(store)
  return {
    store,
    blobs,
    columnar,
    data,
    directory,
    projectId,
    ingestText: async (dataset, csv, options = {}) => {
      const { digest } = await blobs.put(Buffer.from(csv as string))
      return await data.ingest({
        principal: system('test'),
        projectId,
        dataset,
        blobs: [{ digest, filename: 'rows.csv' }],
        mode: options.mode ?? 'append',
        source: { kind: 'upload', ...(options.key === undefined ? {} : { key: options.key }) },
      })
    },
    async [Symbol.asyncDispose]() {
      await columnar[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A project of its own. */
export async function insertProject(store: TestStore): Promise<string> {
  const id = uuidv7()
  await store.housekeep((tx) =>
    tx.db
      .insertInto('projects')
      .values({ id, name: `p-${id.slice(-12)}` })
      .execute(),
  )
  return id
}
