// Measures tracking over HTTP, beside MLflow's own server from PyPI on its default SQLite:
// `node bench/tracking.ts [seconds] [runs] [--alone]`. The same raw requests go to both, one after the other;
// `runs` is how many the searches go over. MLflow is installed into .cache/ when it is first needed.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

interface Target extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly token: string | undefined
}

const [seconds = 5, runs = 1000] = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number)
const root = join(import.meta.dirname, '..')
const version = '3.17.2'

if (process.argv.includes('--serve')) await serve()
else await compare()

async function compare(): Promise<void> {
  const all = new Map<string, Map<string, number>>()
  const starts = process.argv.includes('--alone') ? [startSlipway] : [startSlipway, startMlflow]
  for (const start of starts) {
    await using target = await start()
    all.set(target.name, await measure(target))
  }
  const [own, peer] = [all.get('slipway'), all.get('mlflow')]
  console.log(`per second, medians of 3 stretches of ${seconds / 3} s each; searches over ${runs} runs`)
  for (const [what, rate] of own ?? []) {
    const other = peer?.get(what)
    const times =
      other === undefined ? '' : `  MLflow ${version}: ${shown(other)}  ×${(rate / other).toFixed(1)}`
    console.log(`${what.padEnd(40)} ${shown(rate)}${times}`)
  }
}

function shown(rate: number): string {
  return rate.toLocaleString('en', { maximumSignificantDigits: 3 }).padStart(9)
}

async function measure(target: Target): Promise<Map<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const send = (path: string, body: unknown) => post(target, agent, `/api/2.0/mlflow/${path}`, body)
  const { experiment_id } = await send('experiments/create', { name: `bench-${Date.now()}` })
  const newRun = async (name: string): Promise<string> => {
    const made = await send('runs/create', { experiment_id, run_name: name, start_time: Date.now() })
    return (made.run as { info: { run_id: string } }).info.run_id
  }
  await fill(newRun, send)
  const [one, many] = [await newRun('one'), await newRun('many')]
  const metrics = (from: number) =>
    Array.from({ length: 1000 }, (_, i) => ({ key: `m${i % 10}`, value: i, timestamp: from, step: from + i }))
  const search = (extra: object) => () => send('runs/search', { experiment_ids: [experiment_id], ...extra })
  const selective = {
    filter: "metrics.acc > 0.9 and params.lr = '0.1' and tags.team = 'a'",
    order_by: ['metrics.acc DESC'],
  }
  const rates = new Map([
    [
      'log-metric, 16 at once',
      await rate(16, (n) =>
        send('runs/log-metric', { run_id: one, key: 'm', value: n, timestamp: n, step: n }),
      ),
    ],
    [
      'metrics by log-batch of 1,000, 4 at once',
      1000 * (await rate(4, (n) => send('runs/log-batch', { run_id: many, metrics: metrics(n * 1000) }))),
    ],
    [
      'log-parameter, 16 at once',
      await rate(16, (n) => send('runs/log-parameter', { run_id: one, key: `p${n}`, value: 'x' })),
    ],
    ['runs created, 8 at once', await rate(8, () => newRun('made'))],
    [
      'searches with 3 filters and order, 4 at once',
      await rate(4, search({ ...selective, max_results: 50 })),
    ],
    ['pages of 500 runs, 2 at once', await rate(2, search({ max_results: 500 }))],
  ])
  agent.destroy()
  return rates
}

type Send = (path: string, body: unknown) => Promise<Record<string, unknown>>

async function fill(newRun: (name: string) => Promise<string>, send: Send): Promise<void> {
  for (let at = 0; at < runs; at += 8) {
    await Promise.all(
      Array.from({ length: Math.min(8, runs - at) }, async (_, i) => {
        const index = at + i
        const timestamp = Date.now()
        await send('runs/log-batch', {
          run_id: await newRun(`run-${index}`),
          metrics: ['acc', 'loss', 'f1'].map((key, k) => ({
            key,
            value: ((index * 7 + k) % 100) / 100,
            timestamp,
            step: 0,
          })),
          params: ['lr', 'depth', 'seed'].map((key, k) => ({ key, value: `0.${(index + k) % 10}` })),
          tags: [{ key: 'team', value: index % 2 === 0 ? 'a' : 'b' }],
        })
      }),
    )
  }
}

/** Calls per second with so many callers at once: the median of three stretches. */
async function rate(callers: number, call: (n: number) => Promise<unknown>): Promise<number> {
  let n = 1
  const stretch = async () => {
    const end = performance.now() + (seconds * 1000) / 3
    let done = 0
    const start = performance.now()
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < end) {
          n += 1
          await call(n)
          done += 1
        }
      }),
    )
    return done / ((performance.now() - start) / 1000)
  }
  const rates = [await stretch(), await stretch(), await stretch()].sort((a, b) => a - b)
  return rates[1] ?? 0
}

function post(target: Target, agent: Agent, path: string, body: unknown): Promise<Record<string, unknown>> {
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
  const payload = Buffer.from(JSON.stringify(body))
  const headers = {
    'content-type': 'application/json',
    'content-length': payload.length,
    ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
  }
  const sent = request(new URL(path, target.url), { method: 'POST', agent, headers }, async (response) => {
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    if (response.statusCode === 200) resolve(JSON.parse(text === '' ? '{}' : text))
    else reject(new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`))
  })
  sent.on('error', reject)
  sent.end(payload)
  return promise
}

async function serve(): Promise<void> {
  const { startMlflowServer } = await import('../test/contract/mlflow/server.ts')
  await using server = await startMlflowServer()
  console.log(JSON.stringify({ url: server.url, token: server.token }))
  await once(process.stdin.resume(), 'end')
}

async function startSlipway(): Promise<Target> {
  const child = spawn(process.execPath, [import.meta.filename, '--serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const { url, token } = JSON.parse(String(line))
  return {
    name: 'slipway',
    url,
    token,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

async function startMlflow(): Promise<Target> {
  const program = await installMlflow()
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-mlflow-'))
  const port = await freePort()
  const child = spawn(program, ['server', '--host', '127.0.0.1', '--port', String(port)], {
    cwd: directory,
    stdio: 'ignore',
    detached: true,
  })
  const url = `http://127.0.0.1:${port}`
  const healthy = async () =>
    fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    )
  while (!(await healthy())) {
    if (child.exitCode !== null) throw new Error(`mlflow server ended with ${child.exitCode}`)
    await delay(200)
  }
  return {
    name: 'mlflow',
    url,
    token: undefined,
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function installMlflow(): Promise<string> {
  const home = join(root, '.cache', `mlflow-server-${version}`)
  const program = join(home, 'bin', 'mlflow')
  const there = await access(program).then(
    () => true,
    () => false,
  )
  if (there) return program
  const run = promisify(execFile)
  await run('python3', ['-m', 'venv', home])
  await run(join(home, 'bin', 'pip'), ['install', '--quiet', 'uv'])
  await run(join(home, 'bin', 'uv'), [
    'pip',
    'install',
    '--quiet',
    '--python',
    join(home, 'bin', 'python'),
    `mlflow==${version}`,
  ])
  return program
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
