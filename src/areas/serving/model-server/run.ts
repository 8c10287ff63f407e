import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SlipwayError } from '../../../base/error.ts'
import { uuidv7 } from '../../../base/id.ts'
import type { Log } from '../../../base/log.ts'
import { recoverSegments } from '../log/recover.ts'
import { Shipper } from '../log/ship.ts'
import { PredictionLog } from '../log/writer.ts'
import { BodyReader } from './body.ts'
import { Callers } from './callers.ts'
import { Control } from './control.ts'
import { Counters } from './counters.ts'
import { Fleet } from './fleet.ts'
import { Ingress } from './ingress.ts'
import { SnapshotKeeper } from './keeper.ts'
import { ModelCache } from './model-cache.ts'
import { Reporter } from './reporter.ts'
import { succeed } from './succession.ts'

export interface ModelServerOptions {
  /** The platform's directory: ours is `model-server` below it. */
  readonly home: string
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Any other port will do when that one is taken. */
  readonly anyPort?: boolean
  /** Of the control plane, for example `http://127.0.0.1:4600`. */
  readonly controlUrl: string
  /** Shared with the control plane: shown to it, and what snapshots are signed with. */
  readonly secret: string
  readonly log: Log
  /** Aborted to end the server. */
  readonly signal: AbortSignal
  readonly version?: string
  /** Called with the address once requests are taken. */
  readonly onListening?: (address: string) => void
  /** For tests: how long a segment of the log stays open. */
  readonly rotateMs?: number
  /** For benchmarks: false to answer without a prediction log. */
  readonly logPredictions?: boolean
}

const graceMs = 10_000
const goodbyeMs = 3000
/** A model may take longer to load, or may not be here yet: then its callers are told to come again. */
const settleMs = 10_000

/** Serves models until the signal: answers what was taken, ships its log if it can, and resolves. */
export async function runModelServer(options: ModelServerOptions): Promise<void> {
  const { secret, log, signal } = options
  const directory = join(options.home, 'model-server')
  const logDirectory = join(directory, 'log')
  const serverId = uuidv7()
  // What talks to the control plane goes on until the last answer is given.
  const stop = new AbortController()
  const control = new Control(options.controlUrl, secret)
  const cache = new ModelCache(join(directory, 'models'), (digest, aborted) => control.blob(digest, aborted))
  await cache.open()
  const shipper = new Shipper({
    directory: logDirectory,
    log,
    signal: stop.signal,
    send: (name, path, aborted) => control.segment(name, path, aborted),
  })
  const predictions = new PredictionLog({
    directory: logDirectory,
    serverId,
    log,
    onClosed: () => shipper.wake(),
    ...(options.rotateMs === undefined ? {} : { rotateMs: options.rotateMs }),
  })
  await recoverSegments(logDirectory, log)
  const counters = new Counters()
  const callers = new Callers()
  let changed = () => {}
  const fleet = new Fleet({ cache, log, changed: () => changed() })
  const succeeds = await succeed(directory, serverId)
  const reporter = new Reporter({ serverId, succeeds, control, fleet, counters, log })
  changed = () => reporter.changed()
  const keeper = new SnapshotKeeper({
    file: join(directory, 'snapshot.json'),
    secret,
    serverId,
    control,
    log,
    apply(snapshot) {
      callers.use(snapshot)
      fleet.apply(snapshot)
    },
  })
  await keeper.restore()
  const ingress = new Ingress({
    fleet,
    callers,
    counters,
    predictions: options.logPredictions === false ? { append: (_, done) => done(undefined) } : predictions,
    log,
    bodies: new BodyReader(),
    version: options.version ?? '0.1.0',
    warn: (event, fields) => log.warn(event, fields),
  })
  // After a restart, callers rather meet no server than one that can't answer yet.
  if (fleet.snapshot) await settledIn(settleMs, fleet, signal)
  const address = await ingress.listen(options.host, options.port).catch((thrown: unknown) => {
    const taken = thrown instanceof SlipwayError && thrown.code === 'port_in_use'
    if (!taken || options.anyPort !== true) throw thrown
    return ingress.listen(options.host, 0)
  })
  log.info('model_server.listening', { address, server_id: serverId })
  options.onListening?.(address)

  const running = [keeper.follow(signal), shipper.run(), reporter.run(signal)]
  await aborted(signal)
  await ingress.close(graceMs)
  predictions.rotate()
  await sayGoodbye(shipper, reporter)
  stop.abort()
  await Promise.all(running)
  await fleet.close()
  control.close()
}

async function settledIn(ms: number, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const late = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {})
  await Promise.race([fleet.settled, late])
  over.abort()
}

/** The last traffic and the last segment, if the control plane is there; else the next process ships them. */
async function sayGoodbye(shipper: Shipper, reporter: Reporter): Promise<void> {
  const limit = AbortSignal.timeout(goodbyeMs)
  await reporter.send(limit).catch(() => {})
  await shipper.shipAll(limit).catch(() => {})
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
