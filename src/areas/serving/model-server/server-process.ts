import { silent } from '../../../base/log.ts'
import { runModelServer } from './run.ts'

/** For tests: a model server in a process of its own, to be killed. */
const [home = '', controlUrl = '', secret = ''] = process.argv.slice(2)
await runModelServer({
  home,
  host: '127.0.0.1',
  port: 0,
  controlUrl,
  secret,
  log: silent,
  signal: new AbortController().signal,
  onListening: (address) => process.stdout.write(`${address}\n`),
})
