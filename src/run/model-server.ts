import { join } from 'node:path'
import { runModelServer } from '../areas/serving/model-server/index.ts'
import type { Given } from '../config/index.ts'
import { apiUrl } from './address.ts'
import { endChild, startChild } from './child.ts'
import { keepPort, keptPort } from './inference-port.ts'

/** `slipway model-server`: answers inference; needs no database, and no control plane once it has a snapshot. */
export async function serveModels(given?: Given): Promise<undefined> {
  const child = await startChild('model-server', given)
  const { config, secrets, log, signal } = child
  const { host, port, anyPort } = config.inference
  const file = join(config.home, 'model-server', 'port')
  await runModelServer({
    home: config.home,
    host,
    port: (anyPort ? keptPort(file) : undefined) ?? port,
    anyPort,
    controlUrl: apiUrl(config),
    secret: secrets.derive('model-server').toString('hex'),
    log,
    signal,
    onListening(address: string) {
      if (anyPort) keepPort(file, address)
      child.ready({ address })
    },
  })
  endChild()
}
