import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess, createProject } from '../../../src/areas/access/index.ts'
import { createArtifacts } from '../../../src/areas/artifacts/index.ts'
import { createFiles } from '../../../src/areas/files/index.ts'
import { createImports } from '../../../src/areas/imports/index.ts'
import { createRegistry } from '../../../src/areas/registry/index.ts'
import { inspectModel } from '../../../src/areas/serving/onnx/index.ts'
import { createTraces } from '../../../src/areas/traces/index.ts'
import { createTracking } from '../../../src/areas/tracking/index.ts'
import { createWebhooks } from '../../../src/areas/webhooks/index.ts'
import { createLog, type Log } from '../../../src/base/log.ts'
import { system } from '../../../src/base/principal.ts'
import { openBlobs } from '../../../src/blobs/open.ts'
import { createColumnar } from '../../../src/columnar/pool.ts'
import type { BlobsConfig } from '../../../src/config/index.ts'
import { openSecrets } from '../../../src/config/index.ts'
import { createServer, listen } from '../../../src/http/index.ts'
import { createMlflow } from '../../../src/http/mlflow/index.ts'
import { createPlaces } from '../../../src/http/places.ts'
import { createOutbound } from '../../../src/outbound/client.ts'
import { createWorker } from '../../../src/store/worker.ts'
import { openTestStore, type TestStore } from '../../kit/database.ts'

export interface MlflowServer extends AsyncDisposable {
  readonly url: string
  /** Of the administrator. */
  readonly token: string
  readonly store: TestStore
  readonly projectId: string
  /** A run in the default experiment. */
  newRun(): Promise<string>
  /** The token of a job that may write to one run. */
  jobToken(runId: string): Promise<string>
  /** Another project, with a token for it alone. */
  otherProject(name: string): Promise<string>
}

/** The adapter over real areas, database and files, listening on loopback. */
export async function startMlflowServer(
  log: Log = createLog({ level: 'error' }),
  storage?: Extract<BlobsConfig, { kind: 's3' }>,
): Promise<MlflowServer> {
  const store = await openTestStore()
  const directory = await mkdtemp(join(tmpdir(), 'slipway-mlflow-'))
  const blobs = await openBlobs(
    storage === undefined ? { kind: 'local', home: directory } : { ...storage, home: directory },
  )
  const access = createAccess({ store, modelServerSecret: 'secret-of-tests' })
  const { administrator } = await access.bootstrap()
  const artifacts = createArtifacts({ store, blobs })
  const tracking = createTracking({ store, artifacts })
  const traces = createTraces({ store, tracking })
  const registry = createRegistry({ store, blobs, artifacts, tracking, inspectModel })
  const columnar = createColumnar({ tempDirectory: join(directory, 'columnar') })
  const files = createFiles({ artifacts, tracking, registry, blobs, columnar, tempDirectory: directory })
  access.knowPlaces(createPlaces({ tracking, registry, traces }))
  const webhooks = createWebhooks({
    store,
    secrets: await openSecrets(directory),
    log,
    outbound: createOutbound({ allow: ['127.0.0.1', 'localhost'] }),
    rules: { schemes: ['https'], loopbackHttp: true, retries: 3 },
  })
  const imports = createImports({ store, artifacts, tracking, registry })
  const http = { host: '127.0.0.1', port: 0 }
  const server = await createServer({
    http,
    log,
    version: '0.0.0-test',
    store,
    access,
    areas: [
      access.area,
      artifacts.area,
      tracking.area,
      traces.area,
      registry.area,
      files.area,
      imports.area,
      webhooks.area,
    ],
    plugins: [createMlflow({ store, access, tracking, traces, artifacts, registry, webhooks, log })],
    checkAnswers: true,
  })
  const url = await listen(server, http)
  const stop = new AbortController()
  const worker = createWorker(store, {
    handlers: webhooks.area.work ?? [],
    subscriptions: webhooks.area.on ?? [],
    log,
  }).run(stop.signal)
  const principal = system('test')
  const expiresAt = new Date(Date.now() + 3600_000)
  const { text: token } = await store.transact(principal, (tx) =>
    access.issueToken(tx, { userId: administrator.id, name: 'test', expiresAt }),
  )
  const project = await store.read
    .selectFrom('projects')
    .select('id')
    .where('name', '=', 'default')
    .executeTakeFirstOrThrow()
  return {
    url,
    token,
    store,
    projectId: project.id,
    newRun: () => store.transact(principal, (tx) => tracking.createRun(tx, { projectId: project.id })),
    jobToken: (runId) =>
      store.transact(principal, (tx) =>
        access.issueJobToken(tx, { projectId: project.id, runId, jobId: `job-${runId}`, expiresAt }),
      ),
    async otherProject(name) {
      const made = await store.transact(principal, async (tx) => {
        return await access.issueToken(tx, {
          userId: administrator.id,
          name: 'other',
          projectId: await createProject(tx, { name }),
          expiresAt,
        })
      })
      return made.text
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await columnar[Symbol.asyncDispose]()
      stop.abort()
      await worker
      await store[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
