import { join } from 'node:path'
import { createAccess } from './areas/access/index.ts'
import { createArtifacts } from './areas/artifacts/index.ts'
import { createAudit } from './areas/audit/index.ts'
import { createData } from './areas/data/index.ts'
import { createFiles } from './areas/files/index.ts'
import { createImports } from './areas/imports/index.ts'
import { createKeeping } from './areas/keeping/index.ts'
import { createLines, lineStepKinds } from './areas/lines/index.ts'
import { createMonitoring } from './areas/monitoring/index.ts'
import { createNotes } from './areas/notes/index.ts'
import { createPipelines } from './areas/pipelines/index.ts'
import { createRegistry } from './areas/registry/index.ts'
import { createServing, evaluationCommand, inspectModel } from './areas/serving/index.ts'
import { createTraces } from './areas/traces/index.ts'
import { createTracking } from './areas/tracking/index.ts'
import { createWebhooks } from './areas/webhooks/index.ts'
import type { Area } from './base/area.ts'
import type { Log } from './base/log.ts'
import { openProcessScratch } from './base/scratch.ts'
import { openBlobs } from './blobs/open.ts'
import { createColumnar } from './columnar/pool.ts'
import type { Config, Secrets } from './config/index.ts'
import { createLocalEngine } from './engine/local/local.ts'
import { createPlaces } from './http/places.ts'
import { createStatus } from './http/status.ts'
import { createOutbound } from './outbound/client.ts'
import { openStore } from './store/index.ts'

export interface PlatformOptions {
  readonly config: Config
  readonly secrets: Secrets
  readonly log: Log
  readonly version: string
  /** Where jobs reach the API: the address that `serve` listens on. */
  readonly apiUrl: string
}

/** The only wiring. Its ordered list of areas is the architecture. */
export async function openPlatform(options: PlatformOptions) {
  const { config, secrets, log } = options
  const resources = new AsyncDisposableStack()
  const url = config.database.kind === 'external' ? config.database.url : undefined
  const store = resources.use(await openStore({ url, home: config.home, log }))
  const blobs = await openBlobs(config.blobs)
  const { directory: scratch } = resources.use(await openProcessScratch(join(config.home, 'tmp')))
  const columnar = resources.use(createColumnar({ tempDirectory: join(scratch, 'columnar') }))
  const engine = createLocalEngine({
    home: config.home,
    blobs,
    log,
    ...(config.python === undefined ? {} : { python: config.python }),
  })
  const outbound = createOutbound({ allow: config.outboundAllow })
  const modelServerSecret = secrets.derive('model-server').toString('hex')

  const access = createAccess({
    store,
    modelServerSecret,
    open: config.auth === 'none',
    standard: config.defaultPermission,
    cookieName: `slipway_${config.http.port}`,
    ...(config.administrator.name === undefined && config.administrator.password === undefined
      ? {}
      : {
          admin: {
            user: config.administrator.name ?? 'admin',
            ...(config.administrator.password === undefined
              ? {}
              : { password: config.administrator.password }),
          },
        }),
  })
  const audit = createAudit({ store })
  const artifacts = createArtifacts({
    store,
    blobs,
    root: config.artifactRoot,
    secret: secrets.derive('artifacts'),
  })
  const data = createData({ store, blobs, columnar, log, tempDirectory: scratch })
  const tracking = createTracking({ store, artifacts })
  const traces = createTraces({ store, tracking })
  const registry = createRegistry({
    store,
    blobs,
    artifacts,
    tracking,
    inspectModel,
    async datasetName(id) {
      const version = await data.versionById(id)
      return version === undefined ? undefined : `${version.dataset} ${version.version}`
    },
  })
  const notes = createNotes({ store, access, tracking, registry })
  access.knowPlaces(createPlaces({ tracking, registry, traces }))
  const imports = createImports({ store, artifacts, tracking, registry })
  const webhooks = createWebhooks({
    store,
    secrets,
    log,
    outbound: createOutbound({
      allow: webhookDestinations(config),
      timeoutMs: config.webhooks.timeoutMs,
    }),
    rules: { ...config.webhooks, loopbackHttp: config.auth === 'none' },
  })
  const files = createFiles({ artifacts, tracking, registry, blobs, columnar, tempDirectory: scratch })
  const serving = createServing({
    store,
    blobs,
    columnar,
    log,
    access,
    registry,
    secret: modelServerSecret,
    auth: config.auth,
    tempDirectory: scratch,
  })
  const work = { store, blobs, columnar, data, registry, serving, inspectModel, evaluationCommand, scratch }
  const pipelines = createPipelines(
    { store, blobs, engine, log, tracking, trackingUri: options.apiUrl },
    lineStepKinds(work),
  )
  const monitoring = createMonitoring({ store, blobs, columnar, data, serving, outbound, secrets, log })
  const lines = createLines({ ...work, log, pipelines, monitoring })
  const keeping = createKeeping({
    store,
    blobs,
    log,
    tracking,
    registry,
    sweepUploads: artifacts.sweepUploads,
    references: () => areas.flatMap((area) => area.references ?? []),
    retain: () => areas.flatMap((area) => area.retain ?? []),
    graceMs: 24 * 3600_000,
  })
  const status = createStatus({ store, version: options.version })

  const areas: readonly Area[] = [
    access.area,
    audit.area,
    artifacts.area,
    data.area,
    tracking.area,
    traces.area,
    registry.area,
    files.area,
    webhooks.area,
    imports.area,
    notes.area,
    pipelines.area,
    serving.area,
    monitoring.area,
    lines.area,
    keeping.area,
    status.area,
  ]
  const subscriptions = areas.flatMap((area) => area.on ?? [])
  store.subscribe(subscriptions)
  return {
    store,
    access,
    areas,
    subscriptions,
    handlers: areas.flatMap((area) => area.work ?? []),
    schedules: areas.flatMap((area) => area.schedules ?? []),
    /** Frees what killed processes left; for the worker, when it starts. */
    sweep: () => pipelines.sweep(),
    /** The adapters of foreign protocols: only what serves HTTP loads them. */
    async plugins() {
      const { createMlflow } = await import('./http/mlflow/index.ts')
      const { basePath } = config.http
      const mlflow = { store, access, tracking, traces, artifacts, registry, webhooks, log, basePath }
      return [createMlflow(mlflow)]
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>

/** Where webhooks may go besides the public Internet: without accounts, the platform is this machine's alone. */
function webhookDestinations({ auth, outboundAllow, webhooks }: Config): string[] {
  const loopback = auth === 'none' ? ['127.0.0.0/8', '::1'] : []
  return [...outboundAllow, ...loopback, ...(webhooks.allowPrivate ? ['0.0.0.0/0', '::/0'] : [])]
}
