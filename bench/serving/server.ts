import { runModelServer } from '../../src/areas/serving/model-server/index.ts'
import { silent } from '../../src/base/log.ts'

/** The model server as it is: `server.ts <home> <control url> <secret> <log: yes | no>`. */
const [home = '', controlUrl = '', secret = '', log = 'yes'] = process.argv.slice(2)
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
await runModelServer({
  home,
  host: '127.0.0.1',
  port: 0,
  controlUrl,
  secret,
  log: silent,
  signal: stop.signal,
  logPredictions: log === 'yes',
  onListening: (address) => process.stdout.write(`${address}\n`),
})
