import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { openSecondStore, openTestStore, type TestStore } from '../../test/kit/database.ts'
import type { Attempt, Next, WorkHandler, WorkItem } from '../base/area.ts'
import { silent } from '../base/log.ts'
import type { NewWork, Store } from './store.ts'
import { createWorker, type WorkerOptions } from './worker.ts'

type Handle = (item: WorkItem, attempt: Attempt) => Promise<Next>

/** Runs a worker in the background until disposed. */
function work(
  store: Store,
  handlers: readonly WorkHandler[],
  options: Partial<WorkerOptions> = {},
): AsyncDisposable {
  const stop = new AbortController()
  const running = createWorker(store, { handlers, log: silent, ...options }).run(stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

function handler(kind: string, handle: Handle, more: Partial<WorkHandler> = {}): WorkHandler {
  return { kind, handle, ...more }
}

function enqueue(store: Store, ...items: Partial<NewWork>[]): Promise<void> {
  return store.housekeep(async (tx) => {
    for (const item of items) await tx.enqueue({ kind: 'k', key: 'x', projectId: null, ...item })
  })
}

function rows(db: TestStore) {
  return db.read.selectFrom('work').selectAll().orderBy('key').execute()
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${condition}`)
    await delay(5)
  }
}

async function expireLeases(db: TestStore): Promise<void> {
  await sql`update work set lease_until = now() - interval '1 second' where state = 'leased'`.execute(db.read)
}

async function makeDue(db: TestStore): Promise<void> {
  await sql`update work set run_at = now() where state = 'queued'`.execute(db.read)
}

test('queued work is done promptly and leaves no row', async () => {
  await using db = await openTestStore()
  const done: unknown[] = []
  await using _worker = work(db, [handler('k', async (item) => void done.push(item.payload))])
  await enqueue(db, { payload: { n: 1 } })
  await until(async () => (await rows(db)).length === 0)
  assert.deepEqual(done, [{ n: 1 }])
})

test('two workers never do the same work twice', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const done: string[] = []
  const handle: Handle = async (item) => void done.push(item.key)
  await enqueue(db, ...Array.from({ length: 200 }, (_, n) => ({ key: String(n) })))
  await using _a = work(db, [handler('k', handle)])
  await using _b = work(second, [handler('k', handle)])
  await until(async () => (await rows(db)).length === 0)
  assert.equal(done.length, 200)
  assert.equal(new Set(done).size, 200)
})

test('work that is queued while it runs, runs once more afterwards', async () => {
  await using db = await openTestStore()
  const started = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const payloads: unknown[] = []
  await using _worker = work(db, [
    handler('k', async (item) => {
      payloads.push(item.payload)
      started.resolve()
      await goOn.promise
      return undefined
    }),
  ])
  await enqueue(db, { payload: { n: 1 } })
  await started.promise
  await enqueue(db, { payload: { n: 2 } })
  await enqueue(db, { payload: { n: 3 } })
  goOn.resolve()
  await until(async () => (await rows(db)).length === 0)
  assert.deepEqual(payloads, [{ n: 1 }, { n: 3 }])
})

test('a reconciler is called again at the time it asks for', async () => {
  await using db = await openTestStore()
  const times: number[] = []
  await using _worker = work(db, [
    handler('k', async () => {
      times.push(Date.now())
      return times.length < 3 ? { again: new Date(Date.now() + 120) } : undefined
    }),
  ])
  await enqueue(db, {})
  await until(async () => (await rows(db)).length === 0)
  assert.equal(times.length, 3)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  assert.ok(
    gaps.every((gap) => gap >= 118 && gap < 1500),
    `called after ${gaps} ms`,
  )
})

test('an event wakes a reconciler before its time', async () => {
  await using db = await openTestStore()
  let runs = 0
  await using _worker = work(db, [
    handler('k', async () => {
      runs += 1
      return { again: new Date(Date.now() + 3_600_000) }
    }),
  ])
  await enqueue(db, {})
  await until(async () => runs === 1 && (await rows(db))[0]?.state === 'queued')
  await enqueue(db, {})
  await until(() => runs === 2)
})

test('failing work is retried after a backoff and then kept as failed', async () => {
  await using db = await openTestStore()
  let runs = 0
  const failing = handler('k', async () => Promise.reject(new Error(`no ${++runs}`)), { maxAttempts: 2 })
  await using _worker = work(db, [failing])
  await enqueue(db, {})
  await until(async () => (await rows(db))[0]?.failures === 1)
  const [waiting] = await rows(db)
  assert.equal(waiting?.state, 'queued')
  assert.ok((waiting?.run_at.getTime() ?? 0) > Date.now() + 300, 'waits before it tries again')
  await until(async () => (await rows(db))[0]?.state === 'failed')
  assert.equal((await rows(db))[0]?.error, 'no 2')
  assert.equal(runs, 2)
  await enqueue(db, {})
  await until(() => runs === 3)
})

test('a worker that lost its lease is told, and its writes are fenced off', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const first = Promise.withResolvers<Attempt>()
  const lateWrite = Promise.withResolvers<void>()
  await using _a = work(
    db,
    [
      handler('k', async (_item, attempt) => {
        first.resolve(attempt)
        await once(attempt.signal, 'abort')
        await db.housekeep((tx) => tx.fence(attempt)).then(lateWrite.resolve, lateWrite.reject)
        return undefined
      }),
    ],
    { leaseMs: 600 },
  )
  await enqueue(db, { payload: {} })
  const attempt = await first.promise
  // As if the first worker had been asleep for longer than its lease.
  await sql`update work set attempt = attempt + 1, owner = 'other', lease_until = now() + interval '1 hour'`.execute(
    db.read,
  )
  await assert.rejects(lateWrite.promise, { code: 'conflict' })
  assert.equal(attempt.attempt, 1)
  assert.equal((await rows(second))[0]?.attempt, 2)
})

test('the lease of a dead worker runs out and another worker does the work', async () => {
  await using db = await openTestStore()
  await enqueue(db, {})
  const dead = { worker: 'w', process: { host: 'elsewhere', boot: 'b', namespace: 'n', pid: 1, start: '1' } }
  const lease = sql`update work set state = 'leased', attempt = 1, owner = ${JSON.stringify(dead)}, lease_until = now() + interval '1 hour'`
  await lease.execute(db.read)
  const attempts: number[] = []
  await using _worker = work(db, [handler('k', async (_item, { attempt }) => void attempts.push(attempt))], {
    leaseMs: 300,
  })
  await enqueue(db, { kind: 'other' })
  assert.deepEqual(attempts, [])
  await expireLeases(db)
  await until(() => attempts.length === 1)
  assert.deepEqual(attempts, [2])
})

test('the work of a process that was killed on this machine is taken at once', async () => {
  await using db = await openTestStore()
  const { identify } = await import('../base/process.ts')
  const gone = { worker: 'w', process: { ...identify(), start: '1' } }
  await enqueue(db, {})
  await sql`update work set state = 'leased', attempt = 1, owner = ${JSON.stringify(gone)}, lease_until = now() + interval '1 hour'`.execute(
    db.read,
  )
  const done = Promise.withResolvers<void>()
  await using _worker = work(db, [handler('k', async () => done.resolve() as undefined)])
  await done.promise
})

test('leases are renewed while a handler runs, also while it holds the row', async () => {
  await using db = await openTestStore()
  let aborted = false
  let runs = 0
  await using _worker = work(
    db,
    [
      handler('k', async (_item, attempt) => {
        runs += 1
        attempt.signal.addEventListener('abort', () => {
          aborted = true
        })
        await db.housekeep(async (tx) => {
          await tx.fence(attempt)
          await delay(500)
        })
        const before = (await rows(db))[0]?.lease_until?.getTime() ?? 0
        await until(async () => ((await rows(db))[0]?.lease_until?.getTime() ?? 0) > before)
        return undefined
      }),
    ],
    { leaseMs: 300 },
  )
  await enqueue(db, {})
  await until(async () => (await rows(db)).length === 0)
  assert.equal(aborted, false)
  assert.equal(runs, 1)
})

test('work of one concurrency key runs one at a time, in order, over several workers', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const items = Array.from({ length: 12 }, (_, n) => ({
    key: String(n),
    concurrencyKey: `c${n % 2}`,
    runAt: new Date(1_000 + n),
  }))
  await enqueue(db, ...items)
  const active = new Map<string, number>()
  const order: string[] = []
  let most = 0
  const handle: Handle = async (item) => {
    const lane = `c${Number(item.key) % 2}`
    active.set(lane, (active.get(lane) ?? 0) + 1)
    most = Math.max(most, active.get(lane) ?? 0)
    order.push(item.key)
    await delay(10)
    active.set(lane, (active.get(lane) ?? 0) - 1)
    return undefined
  }
  const started = Date.now()
  await using _a = work(db, [handler('k', handle)])
  await using _b = work(second, [handler('k', handle)])
  await until(async () => (await rows(db)).length === 0)
  assert.equal(most, 1)
  const even = order.filter((key) => Number(key) % 2 === 0)
  assert.deepEqual(even, ['0', '2', '4', '6', '8', '10'])
  assert.ok(Date.now() - started < 4000, 'the next one does not wait for the poll')
})

test('a kind runs no more at once than it declares', async () => {
  await using db = await openTestStore()
  await enqueue(db, ...Array.from({ length: 10 }, (_, n) => ({ key: String(n) })))
  let active = 0
  let most = 0
  const limited = handler(
    'k',
    async () => {
      active += 1
      most = Math.max(most, active)
      await delay(5)
      active -= 1
      return undefined
    },
    { concurrency: 2 },
  )
  await using _worker = work(db, [limited])
  await until(async () => (await rows(db)).length === 0)
  assert.equal(most, 2)
})

test('events reach each subscriber, and one that fails gets them again', async () => {
  await using db = await openTestStore()
  const heard: string[] = []
  let failedOnce = false
  const subscriptions = [
    {
      name: 'a',
      types: ['thing.made'],
      handle: async (event: { subject: string }) => void heard.push(`a ${event.subject}`),
    },
    {
      name: 'b',
      types: ['thing.made', 'thing.lost'],
      handle: async (event: { subject: string; data: unknown }) => {
        if (!failedOnce) {
          failedOnce = true
          throw new Error('not yet')
        }
        heard.push(`b ${event.subject} ${JSON.stringify(event.data)}`)
      },
    },
  ]
  await using _worker = work(db, [], { subscriptions })
  await db.housekeep((tx) => tx.emit({ type: 'thing.made', projectId: null, subject: 'x', data: { n: 1 } }))
  await until(async () => heard.length === 1 && (await rows(db)).length === 1)
  await makeDue(db)
  await until(async () => (await rows(db)).length === 0)
  assert.deepEqual(heard.sort(), ['a x', 'b x {"n":1}'])
})

test('a stopped worker gives back what it was doing', async () => {
  await using db = await openTestStore()
  const started = Promise.withResolvers<void>()
  const waiting = handler('k', async (_item, { signal }) => {
    started.resolve()
    await once(signal, 'abort')
    throw new Error('stopped')
  })
  const worker = work(db, [waiting])
  await enqueue(db, {})
  await started.promise
  await worker[Symbol.asyncDispose]()
  const [row] = await rows(db)
  assert.deepEqual([row?.state, row?.failures, row?.owner], ['queued', 0, null])
  const again = Promise.withResolvers<void>()
  await using _second = work(db, [handler('k', async () => again.resolve() as undefined)])
  await again.promise
})

test('a worker outlives the loss of all its connections', async () => {
  await using db = await openTestStore()
  const { endOtherConnections } = await import('../../test/kit/database.ts')
  const done: string[] = []
  await using _worker = work(db, [handler('k', async (item) => void done.push(item.key))])
  await enqueue(db, { key: 'before' })
  await until(() => done.length === 1)
  await endOtherConnections(db.url)
  await enqueue(db, { key: 'after' })
  await until(() => done.includes('after'))
})
