import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createMonitoring, type MonitorConfig, type Monitoring } from '../../src/areas/monitoring/index.ts'
import { createServing, type Serving } from '../../src/areas/serving/index.ts'
import { addLabels } from '../../src/areas/serving/predictions/label.ts'
import { uuidv7 } from '../../src/base/id.ts'
import { silent } from '../../src/base/log.ts'
import { system } from '../../src/base/principal.ts'
import { openSecrets } from '../../src/config/secrets.ts'
import { createOutbound } from '../../src/outbound/client.ts'
import { createWorker } from '../../src/store/index.ts'
import { openTestData, type TestData } from './data.ts'

export interface LoggedRow {
  readonly inputs: Readonly<Record<string, number | string | null>>
  readonly output: number | string
}

export interface TestMonitoring extends AsyncDisposable {
  readonly kit: TestData
  readonly serving: Serving
  readonly monitoring: Monitoring
  readonly principal: ReturnType<typeof system>
  makeDeployment(): Promise<string>
  configure(config: Omit<MonitorConfig, 'projectId'>): Promise<void>
  /** Adds one part to the prediction log. Returns the ids of its rows. */
  log(deploymentId: string, rows: readonly LoggedRow[], time?: Date): Promise<string[]>
  label(
    deploymentId: string,
    labels: readonly { predictionId: string; value: number | string }[],
  ): Promise<void>
  /** Runs a worker until it is disposed of. */
  work(): AsyncDisposable
}

/** Monitoring over a real database, real DuckDB and the real prediction log of serving; only predictions are made up. */
export async function openTestMonitoring(): Promise<TestMonitoring> {
  const kit = await openTestData()
  const { store, blobs, columnar, data, directory, projectId } = kit
  const principal = system('test')
  const serving = createServing({
    store,
    blobs,
    columnar,
    log: silent,
    access: { inferenceTokens: async () => [] },
    registry: { version: async () => undefined, findVersion: async () => undefined },
    secret: 'secret',
    tempDirectory: directory,
  })
  const outbound = createOutbound({ allow: ['127.0.0.1'], timeoutMs: 2000 })
  const secrets = await openSecrets(directory)
  const monitoring = createMonitoring({
    store,
    blobs,
    columnar,
    data,
    serving,
    outbound,
    secrets,
    log: silent,
  })
  const subscriptions = monitoring.area.on ?? []
  store.subscribe(subscriptions)
  const workers: AsyncDisposable[] = []
  return {
    kit,
    serving,
    monitoring,
    principal,
    makeDeployment: () =>
      store.transact(principal, (tx) =>
        serving.ensureDeployment(tx, { projectId, name: `d${uuidv7().slice(-12)}` }),
      ),
    configure: (config) =>
      store.transact(principal, (tx) => monitoring.configure(tx, { ...config, projectId })),
    log: (deploymentId, rows, time = new Date()) => logRows(kit, deploymentId, rows, time),
    label: (deploymentId, labels) =>
      store.housekeep((tx) =>
        addLabels(
          tx,
          deploymentId,
          labels.map((label) => ({ ...label })),
        ),
      ),
    work() {
      const stop = new AbortController()
      const running = createWorker(store, {
        handlers: monitoring.area.work ?? [],
        subscriptions,
        log: silent,
      }).run(stop.signal)
      const worker = {
        async [Symbol.asyncDispose]() {
          stop.abort()
          await running
        },
      }
      workers.push(worker)
      return worker
    },
    async [Symbol.asyncDispose]() {
      for (const worker of workers) await worker[Symbol.asyncDispose]()
      await kit[Symbol.asyncDispose]()
    },
  }
}

async function logRows(
  kit: TestData,
  deploymentId: string,
  rows: readonly LoggedRow[],
  time: Date,
): Promise<string[]> {
  const ids = rows.map(() => uuidv7(time.getTime()))
  const name = uuidv7()
  const source = join(kit.directory, `${name}.json`)
  const out = join(kit.directory, `${name}.parquet`)
  const lines = rows.map((row, i) => {
    const inputs = Object.entries(row.inputs).map(([key, value]) => [`in_${key}`, value])
    const common = { id: ids[i], row: 0, request_id: null, time: time.toISOString(), out_label: row.output }
    return JSON.stringify({ ...common, ...Object.fromEntries(inputs) })
  })
  await writeFile(source, lines.join('\n'))
  await kit.columnar.query({
    statements: [
      `COPY (SELECT id::VARCHAR AS id, "row"::BIGINT AS "row", request_id::VARCHAR AS request_id, "time"::TIMESTAMPTZ AS "time",
         * EXCLUDE (id, "row", request_id, "time") FROM read_json({{source}}, format = 'newline_delimited')) TO {{out}} (FORMAT parquet)`,
    ],
    files: { source },
    writes: { out },
  })
  const { digest, size } = await kit.blobs.put(createReadStream(out))
  await recordPart(kit, deploymentId, { digest, size, rows: rows.length, time })
  return ids
}

async function recordPart(
  kit: TestData,
  deploymentId: string,
  part: { digest: string; size: number; rows: number; time: Date },
): Promise<void> {
  await kit.store.housekeep(async (tx) => {
    const { last_part: sequence } = await tx.db
      .updateTable('deployments')
      .set((value) => ({ last_part: value('last_part', '+', 1) }))
      .where('id', '=', deploymentId)
      .returning('last_part')
      .executeTakeFirstOrThrow()
    await tx.db
      .insertInto('prediction_parts')
      .values({
        id: uuidv7(),
        deployment_id: deploymentId,
        project_id: kit.projectId,
        from_sequence: sequence,
        sequence,
        digest: part.digest,
        size: part.size,
        rows: part.rows,
        first_time: part.time,
        last_time: part.time,
      })
      .execute()
    await tx.emit({
      type: 'predictions.converted',
      projectId: kit.projectId,
      subject: deploymentId,
      data: { deployment_id: deploymentId, rows: part.rows, sequence },
    })
  })
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly posts: { headers: IncomingHttpHeaders; body: string }[]
  /** What it answers from now on. */
  status: number
}

/** A webhook receiver on loopback. */
export async function openReceiver(): Promise<Receiver> {
  const posts: Receiver['posts'] = []
  const receiver = { posts, status: 200 }
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    posts.push({ headers: request.headers, body })
    response.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook?token=1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
