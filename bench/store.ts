// Measures the store on a real embedded server with its usual, durable settings: `node bench/store.ts [runs]`.
import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from '../src/base/id.ts'
import { silent } from '../src/base/log.ts'
import { startPostgres } from '../src/store/embedded/postgres.ts'
import { createWorker, openStore, prepareDatabase, type Store } from '../src/store/index.ts'

const runs = Number(process.argv[2] ?? 3)
const results = new Map<string, number[]>()

for (let run = 0; run < runs; run++) await measureOnce()
for (const [name, values] of results)
  console.log(`${name.padEnd(52)} ${format(median(values))}   (${values.map(format).join(', ')})`)

async function measureOnce(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  await chmod(directory, 0o755)
  const home = join(directory, 'home')
  const first = await timed('first start: initdb to ready, ms', () => startPostgres({ home, log: silent }))
  await timed('empty database to schema, ms', () => prepareDatabase(first.url))
  await first[Symbol.asyncDispose]()
  await timed('later start to ready, ms', async () => {
    await using again = await startPostgres({ home, log: silent })
    await prepareDatabase(again.url)
  })
  {
    await using server = await startPostgres({ home, log: silent })
    await using store = await openStore({ url: server.url, log: silent })
    await store.read.selectFrom('work').select('id').execute()
    record('idle server and one connection, PSS in MB', await pssOfGroup(server.pid()))
    await measureWrites(store)
    await measureWork(store)
  }
  await rm(directory, { recursive: true })
}

async function measureWrites(store: Store): Promise<void> {
  const concurrency = 64
  const each = 40
  const insert = () =>
    store.read
      .insertInto('events')
      .values({ ...event(), data: '{}' })
      .execute()
  await rate('rows/s: one insert and commit each, 64 callers', concurrency * each, () =>
    inParallel(concurrency, each, insert),
  )
  const append = () => store.append('events', [event()])
  await rate('rows/s: append of one row, 64 callers', concurrency * each * 5, () =>
    inParallel(concurrency, each * 5, append),
  )
  const many = () => store.append('events', Array.from({ length: 100 }, event))
  await rate('rows/s: append of 100 rows, 64 callers', concurrency * 1000, () =>
    inParallel(concurrency, 10, many),
  )
  await rate('transactions/s: audited change with an event, 8 callers', 8 * 50, () =>
    inParallel(8, 50, () =>
      store.transact({ kind: 'system', id: 'system:bench', name: 'bench' }, async (tx) => {
        await tx.audit({ action: 'a.b', projectId: null, subjectType: 's', subjectId: 'x' })
        await tx.emit({ type: 'a.b', projectId: null, subject: 'x' })
      }),
    ),
  )
}

async function measureWork(store: Store): Promise<void> {
  const count = 2000
  await store.housekeep(async (tx) => {
    for (let n = 0; n < count; n++) await tx.enqueue({ kind: 'bench', key: String(n), projectId: null })
  })
  const stop = new AbortController()
  const all = Promise.withResolvers<void>()
  let done = 0
  const handle = async () => {
    done += 1
    if (done === count) all.resolve()
    return undefined
  }
  await rate('work items/s: claim, run, finish; one worker', count, async () => {
    const running = createWorker(store, {
      handlers: [{ kind: 'bench', concurrency: 16, handle }],
      log: silent,
    }).run(stop.signal)
    await all.promise
    stop.abort()
    await running
  })
  await measureLatency(store)
}

/** From the commit that queues work to the start of its handler, with an idle worker. */
async function measureLatency(store: Store): Promise<void> {
  const stop = new AbortController()
  let started = Promise.withResolvers<number>()
  const handle = async () => {
    started.resolve(performance.now())
    return undefined
  }
  const running = createWorker(store, { handlers: [{ kind: 'bench', handle }], log: silent }).run(stop.signal)
  const latencies: number[] = []
  for (let n = 0; n < 50; n++) {
    started = Promise.withResolvers()
    await store.housekeep((tx) => tx.enqueue({ kind: 'bench', key: `latency ${n}`, projectId: null }))
    const queued = performance.now()
    latencies.push((await started.promise) - queued)
  }
  record('from queued to started, median ms', median(latencies))
  stop.abort()
  await running
}

function event() {
  return { id: uuidv7(), type: 't.t', subject: 's', occurred_at: new Date() }
}

async function inParallel(concurrency: number, each: number, act: () => Promise<unknown>): Promise<void> {
  const one = async () => {
    for (let n = 0; n < each; n++) await act()
  }
  await Promise.all(Array.from({ length: concurrency }, one))
}

async function timed<T>(name: string, act: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await act()
  record(name, performance.now() - start)
  return result
}

async function rate(name: string, count: number, act: () => Promise<void>): Promise<void> {
  const start = performance.now()
  await act()
  record(name, count / ((performance.now() - start) / 1000))
}

/** Memory of a process and its children, shared pages divided among their users. Linux only. */
async function pssOfGroup(pid: number): Promise<number> {
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number)
  const sizes = await Promise.all([pid, ...children].map(pssOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function pssOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
}

function record(name: string, value: number): void {
  results.set(name, [...(results.get(name) ?? []), value])
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function format(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1)
}
