import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Given } from '../config/index.ts'
import { createServer, listen } from '../http/index.ts'
import { openPlatform } from '../platform.ts'
import { apiUrl } from './address.ts'
import { aborted, endChild, startChild } from './child.ts'
import { packageRoot, version } from './version.ts'
import { keepCredentials, loginLink } from './welcome.ts'

/** `slipway serve`: the API, the adapters and the pages. Any number of them may share a database. */
export async function serve(given?: Given): Promise<undefined> {
  const child = await startChild('serve', given)
  const { config, secrets, log, signal } = child
  if (!(await child.begin())) return void endChild()
  await using platform = await openPlatform({ config, secrets, log, version, apiUrl: apiUrl(config) })
  await platform.access.bootstrap()
  const pages = join(packageRoot, 'ui', 'dist')
  const http = { ...config.http, ...(existsSync(pages) ? { pages } : {}) }
  const server = await createServer({
    http,
    log,
    version,
    store: platform.store,
    access: platform.access,
    areas: platform.areas,
    plugins: await platform.plugins(),
    checkAnswers: process.env.SLIPWAY_CHECK_ANSWERS === '1',
  })
  const address = await listen(server, http)
  log.info('serve.listening', { address })
  await keepCredentials(platform, address, config)
  const link = await loginLink(platform, address, config)
  child.ready({ address, ...(link === undefined ? {} : { loginLink: link }) })
  await aborted(signal)
  await server.close()
  endChild()
}
