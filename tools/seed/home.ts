import { homedir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { ensureExperiment } from '../../src/areas/tracking/experiment-writer.ts'
import { uuidv7 } from '../../src/base/id.ts'
import { silent } from '../../src/base/log.ts'
import { system } from '../../src/base/principal.ts'
import { connect } from '../../src/store/connect.ts'
import { embeddedDatabaseUrl, openStore, prepareDatabase, startDatabase } from '../../src/store/index.ts'

/** Where seeded runs go. */
export interface Destination {
  readonly projectId: string
  readonly experimentId: string
  readonly artifactLocation: string
}

export interface Home extends AsyncDisposable {
  /** Of the database. */
  readonly url: string
  readonly client: pg.Client
  /** Makes project and experiment when they are missing. */
  experiment(project: string, name: string): Promise<Destination>
}

/** Opens the database of a home, which is started when it is not running. */
export async function openHome(options: {
  home?: string | undefined
  database?: string | undefined
}): Promise<Home> {
  const resources = new AsyncDisposableStack()
  const home = options.home ?? process.env.SLIPWAY_HOME ?? join(homedir(), '.slipway')
  const url = options.database ?? (await embeddedDatabaseUrl(home))
  const running = await connect(url).catch(() => undefined)
  if (running !== undefined) await running.end()
  else resources.use(await startDatabase({ home, log: silent, url: options.database }))
  await prepareDatabase(url)
  const store = resources.use(await openStore({ url, log: silent }))
  const client = resources.adopt(await connect(url), (open) => open.end())
  return {
    url,
    client,
    async experiment(project, name) {
      await client.query('insert into projects (id, name) values ($1, $2) on conflict do nothing', [
        uuidv7(),
        project,
      ])
      const found = await client.query<{ id: string }>('select id from projects where name = $1', [project])
      const projectId = found.rows[0]?.id ?? ''
      const home = 'mlflow-artifacts:'
      const experimentId = await store.transact(system('seed'), (tx) =>
        ensureExperiment(tx, { projectId, name, home }),
      )
      return { projectId, experimentId, artifactLocation: `mlflow-artifacts:/${experimentId}` }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
