import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import { createLog, type Log } from '../base/log.ts'
import { saveCredential } from '../client/credentials.ts'
import { type Config, environmentOf, type Given, openSecrets, readConfig } from '../config/index.ts'
import { inferenceUrl } from './address.ts'
import { aborted } from './child.ts'
import { openParts } from './parts.ts'
import { Supervisor } from './supervisor.ts'
import { packageRoot } from './version.ts'

export interface Up {
  readonly config: Config
  /** The address of API and pages. */
  readonly address: string
  /** Where models answer. */
  readonly inference: string
  readonly loginLink: string | undefined
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL, the API, a worker and a model server, and keeps them alive until it is stopped. When the signal is
 * aborted before all are ready, it stops what was started and throws.
 */
export async function startPlatform(given: Given, signal: AbortSignal): Promise<Up> {
  const config = readConfig(given)
  const log = createLog({ level: config.logLevel, fields: { part: 'up' } })
  const isNew = !existsSync(join(config.home, 'keys'))
  await openSecrets(config.home)
  const supervisor = new Supervisor({
    program: join(packageRoot, 'bin', 'slipway.js'),
    parts: ['serve', 'worker', 'model-server'],
    // making a database keeps one processor busy already; one that exists has models to answer for
    firstAlone: isNew,
    environment: { ...process.env, ...environmentOf(given) },
    log,
  })
  const url = config.database.kind === 'external' ? config.database.url : undefined
  const resources = new AsyncDisposableStack()
  try {
    // loaded after the first part was started, which takes longer
    const { startDatabase } = await import('../store/database.ts')
    resources.use(await startDatabase({ home: config.home, url, log }))
  } catch (thrown) {
    await supervisor.stop()
    throw thrown
  }
  // the database stops last: the parts still write while they stop
  resources.defer(() => supervisor.stop())
  try {
    const parts = await openParts(config.home, log)
    signal.throwIfAborted()
    const ready = await Promise.race([supervisor.begin(parts), aborted(signal)])
    if (ready === undefined) throw signal.reason
    const { address, loginLink } = ready.get('serve') ?? {}
    if (address === undefined) throw new SlipwayError('not_ready', 'The API gave no address.')
    const inference = ready.get('model-server')?.address ?? inferenceUrl(config)
    if (config.inference.anyPort)
      saveCredential(join(config.home, 'credentials'), address, { inferenceUrl: inference })
    if (isNew && config.database.kind === 'embedded') resources.defer(keepTemplate(log))
    return { config, address, inference, loginLink, stop: () => resources.disposeAsync() }
  } catch (thrown) {
    await resources.disposeAsync()
    throw thrown
  }
}

/** Lets the next empty home begin faster; answers how to wait for it. */
function keepTemplate(log: Log): () => Promise<void> {
  const made = import('../store/index.ts').then(({ makeTemplate }) => makeTemplate(log))
  return () => made
}

/** `slipway up`: runs until it is asked to stop. */
export async function up(given: Given, signal: AbortSignal): Promise<undefined> {
  const begun = performance.now()
  const platform = await startPlatform(given, signal).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown
  })
  if (platform === undefined) return
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  const say = (text: string) => process.stdout.write(`${text}\n`)
  if (platform.config.auth === 'none') {
    say('WARNING: --insecure-no-auth: every program on this machine is administrator of this platform.')
  }
  say(`Slipway is ready (${seconds} s).`)
  say(`  pages and API   ${platform.address}`)
  say(`  inference       ${platform.inference}/v2${movedFrom(platform)}`)
  say(`  data            ${platform.config.home}`)
  if (platform.loginLink !== undefined) {
    say(`\nLog in with this link; it works once:\n  ${platform.loginLink}\n`)
  }
  await aborted(signal)
  say('Stopping…')
  await platform.stop()
}

/** Says so when the usual port was taken. */
function movedFrom({ config, inference }: Up): string {
  const { anyPort, port } = config.inference
  return anyPort && new URL(inference).port !== String(port) ? `   (port ${port} was taken)` : ''
}
