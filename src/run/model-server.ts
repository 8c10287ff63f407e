import { runModelServer } from '../areas/serving/model-server/index.ts'
import type { Given } from '../config/index.ts'
import { apiUrl } from './address.ts'
import { endChild, startChild } from './child.ts'

/** `slipway model-server`: answers inference; needs no database, and no control plane once it has a snapshot. */
export async function serveModels(given?: Given): Promise<undefined> {
  const child = await startChild('model-server', given)
  const { config, secrets, log, signal } = child
  await runModelServer({
    home: config.home,
    host: config.inference.host,
    port: config.inference.port,
    controlUrl: apiUrl(config),
    secret: secrets.derive('model-server').toString('hex'),
    log,
    signal,
    onListening: (address: string) => child.ready({ address }),
  })
  endChild()
}
