import { join } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import { createLog } from '../base/log.ts'
import { type Config, environmentOf, type Given, openSecrets, readConfig } from '../config/index.ts'
import { startDatabase } from '../store/index.ts'
import { inferenceUrl } from './address.ts'
import { aborted } from './child.ts'
import { openParts } from './parts.ts'
import { Supervisor } from './supervisor.ts'
import { packageRoot } from './version.ts'

export interface Up {
  readonly config: Config
  /** The address of API and pages. */
  readonly address: string
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
  await openSecrets(config.home)
  const supervisor = new Supervisor({
    program: join(packageRoot, 'bin', 'slipway.js'),
    parts: ['serve', 'worker', 'model-server'],
    environment: { ...process.env, ...environmentOf(given) },
    log,
  })
  const url = config.database.kind === 'external' ? config.database.url : undefined
  const resources = new AsyncDisposableStack()
  try {
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
    return { config, address, loginLink, stop: () => resources.disposeAsync() }
  } catch (thrown) {
    await resources.disposeAsync()
    throw thrown
  }
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
  say(`  inference       ${inferenceUrl(platform.config)}/v2`)
  say(`  data            ${platform.config.home}`)
  if (platform.loginLink !== undefined) {
    say(`\nLog in with this link; it works once:\n  ${platform.loginLink}\n`)
  }
  await aborted(signal)
  say('Stopping…')
  await platform.stop()
}
