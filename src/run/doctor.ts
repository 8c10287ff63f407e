import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { messageOf, SlipwayError } from '../base/error.ts'
import { type Config, type Given, readConfig } from '../config/index.ts'
import { findPython } from '../engine/local/python.ts'
import { connect } from '../store/connect.ts'

interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly message: string
}

const leastFreeBytes = 2 * 1024 ** 3

/** `slipway doctor`: what would keep the platform from working here. Answers 1 when something would. */
export async function doctor(given: Given, { json }: { json: boolean }): Promise<number> {
  const config = readConfig(given)
  const findings = await Promise.all([
    probe('Node', async () => `${process.version} for ${process.platform}-${process.arch}`),
    probe('Python for jobs', async () => {
      const python = await findPython({
        home: config.home,
        path: process.env.PATH ?? '',
        installer: {},
        ...(config.python === undefined ? {} : { command: config.python }),
      })
      return `${python.path} (${python.version})`
    }),
    probe('disk', () => disk(config)),
    probe(`port ${config.http.port}`, () => port(config.http.host, config.http.port)),
    probe(`port ${config.inference.port}`, () => port(config.inference.host, config.inference.port)),
    ...(config.database.kind === 'external' ? [probe('database', () => database(config))] : []),
  ])
  const line = ({ ok, check, message }: Finding) => `${ok ? '✔' : '✖'} ${check.padEnd(18)}${message}\n`
  process.stdout.write(json ? `${JSON.stringify({ findings }, null, 2)}\n` : findings.map(line).join(''))
  return findings.every((finding) => finding.ok) ? 0 : 1
}

async function probe(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, message: await look() }
  } catch (thrown) {
    const remedy = thrown instanceof SlipwayError ? ` ${thrown.remedy}` : ''
    return { check, ok: false, message: `${messageOf(thrown)}${remedy}` }
  }
}

async function disk({ home }: Config): Promise<string> {
  let directory = home
  for (;;) {
    try {
      const { bavail, bsize } = await statfs(directory)
      const free = bavail * bsize
      const shown = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${home}`
      if (free < leastFreeBytes) throw new SlipwayError('disk_full', shown)
      return shown
    } catch (thrown) {
      const parent = directory.replace(/\/[^/]*$/, '') || '/'
      if (thrown instanceof SlipwayError || parent === directory) throw thrown
      directory = parent
    }
  }
}

async function port(host: string, number: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(taken ? new SlipwayError('port_in_use', `A program listens on ${host}:${number}.`) : error)
    })
    server.listen(number, host, () => server.close(() => resolve()))
  })
  return `free on ${host}`
}

async function database({ database }: Config): Promise<string> {
  if (database.kind !== 'external') return 'embedded'
  const client = await connect(database.url)
  try {
    const { rows } = await client.query<{ version: string }>('select version()')
    return rows[0]?.version ?? 'answers'
  } finally {
    await client.end()
  }
}
