import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../../../test/kit/database.ts'
import type { Attempt } from '../../../../base/area.ts'
import { uuidv7 } from '../../../../base/id.ts'
import { system } from '../../../../base/principal.ts'
import type { Blobs } from '../../../../blobs/blobs.ts'
import { openBlobs } from '../../../../blobs/open.ts'
import { createColumnar } from '../../../../columnar/pool.ts'
import { createArtifacts } from '../../../artifacts/index.ts'
import { createTracking, type Tracking } from '../../index.ts'
import { compact } from './compact.ts'

const projectId = uuidv7()
let store: TestStore
let tracking: Tracking
let blobs: Blobs
let directory: string

before(async () => {
  store = await openTestStore()
  await store.housekeep((tx) =>
    tx.db.insertInto('projects').values({ id: projectId, name: 'default' }).execute(),
  )
  directory = await mkdtemp(join(tmpdir(), 'slipway-compact-'))
  blobs = await openBlobs({ kind: 'local', home: directory })
  tracking = createTracking({ store, artifacts: createArtifacts({ store, blobs }) })
})
after(async () => {
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

async function newRun(): Promise<string> {
  return await store.transact(system('test'), (tx) => tracking.createRun(tx, { projectId, start: 0 }))
}

/** As a worker that has leased the work. */
async function attempt(): Promise<Attempt> {
  const workId = uuidv7()
  await store.housekeep((tx) =>
    tx.db
      .insertInto('work')
      .values({
        id: workId,
        kind: 'tracking.compact',
        key: workId,
        state: 'leased',
        attempt: 1,
        owner: 'test',
        lease_until: new Date(Date.now() + 60_000),
      })
      .execute(),
  )
  return { workId, attempt: 1, signal: new AbortController().signal }
}

const compactRun = async (run: string, with_: Blobs = blobs) =>
  await compact({ store, blobs: with_ }, run, await attempt())

function wave(key: string, from: number, to: number) {
  return Array.from({ length: to - from }, (_, at) => {
    const step = from + at
    const value = step % 1000 === 77 ? Number.NaN : step === 7777 ? 1e6 : Math.sin(step)
    return { key, step, time: step * 10, value }
  })
}

async function log(run: string, points: ReturnType<typeof wave>): Promise<void> {
  for (let at = 0; at < points.length; at += 1000) {
    await tracking.logMetrics(projectId, run, points.slice(at, at + 1000))
  }
}

async function historyOf(run: string, key: string) {
  return (await tracking.metrics.history(run, key)).points
}

async function chartOf(run: string, key: string, range: { from?: number; to?: number } = {}) {
  const wanted = { projectId, runs: [run], keys: [key], axis: 'step', points: 100, ...range } as const
  const [found] = await tracking.series(wanted)
  return found
}

async function chunks(run: string): Promise<number> {
  const rows = await store.read.selectFrom('metric_chunks').select('key').where('run_id', '=', run).execute()
  return rows.length
}

test('what is read is the same before and after, and pages go on across it', async () => {
  const run = await newRun()
  await log(run, [...wave('a', 0, 20_000), ...wave('b', 0, 300)])
  const before = await historyOf(run, 'a')
  const chart = await chartOf(run, 'a', { from: 15_000, to: 15_050 })
  const first = await tracking.metrics.history(run, 'a', { limit: 12_345 })
  await compactRun(run)
  assert.equal(await chunks(run), 0)
  assert.deepEqual(await historyOf(run, 'a'), before)
  assert.deepEqual(
    await historyOf(run, 'b'),
    wave('b', 0, 300).map(({ key: _, ...point }) => point),
  )
  assert.deepEqual(await chartOf(run, 'a', { from: 15_000, to: 15_050 }), chart)
  const second = await tracking.metrics.history(run, 'a', { limit: 12_345, cursor: first.next })
  assert.deepEqual([...first.points, ...second.points], before)
})

test('a chart of what is compacted, and of more to come, keeps every extreme and says how much there is', async () => {
  const run = await newRun()
  await log(run, wave('a', 0, 30_000))
  await compactRun(run)
  await log(run, wave('a', 30_000, 31_000))
  const chart = await chartOf(run, 'a')
  assert.equal(chart?.count, 31_000)
  const values = Array.from(chart?.columns.values ?? [])
  assert.ok(values.length <= 100 && values.includes(1e6) && values.includes(Number.NaN))
  const finite = (await historyOf(run, 'a')).map((point) => point.value).filter(Number.isFinite)
  assert.equal(Math.min(...values.filter(Number.isFinite)), Math.min(...finite))
  const part = await chartOf(run, 'a', { from: 7700, to: 29_999 })
  assert.equal(part?.count, 22_300)
  assert.ok(part?.columns.steps.every((step) => step >= 7700 && step <= 29_999))
  assert.ok(part?.columns.values.includes(1e6))
})

test('points that were logged again are dropped, late ones kept', async () => {
  const run = await newRun()
  await log(run, wave('a', 0, 3000))
  await compactRun(run)
  await tracking.logMetrics(projectId, run, [
    ...wave('a', 990, 1010),
    { key: 'a', step: 5, time: 51, value: 1 },
  ])
  assert.equal((await historyOf(run, 'a')).length, 3001)
  await compactRun(run)
  assert.equal((await historyOf(run, 'a')).length, 3001)
  const counted = await tracking.counted(await tracking.run(projectId, run))
  assert.equal(counted.metrics[0]?.count, 3001)
  await compactRun(run)
  assert.equal((await historyOf(run, 'a')).length, 3001)
})

test('integers beyond 2^53 and chunks that overlap come out as they went in', async () => {
  const run = await newRun()
  const big = 2n ** 60n + 1n
  await tracking.logMetrics(projectId, run, [
    { key: 'a', step: big, time: 5, value: 1 },
    { key: 'a', step: -3, time: 2n ** 61n + 1n, value: -Infinity },
  ])
  await tracking.logMetrics(projectId, run, [{ key: 'a', step: big + 2n, time: 6, value: Infinity }])
  await compactRun(run)
  await using columnar = createColumnar({ tempDirectory: directory })
  const file = await store.read
    .selectFrom('metric_files')
    .select('digest')
    .where('run_id', '=', run)
    .executeTakeFirstOrThrow()
  const rows = await columnar.query({
    statements: [
      'select key, step::text as step, time_ms::text as time, value::text as value from read_parquet({{file}})',
    ],
    files: { file: await blobs.localPath(file.digest) },
  })
  assert.deepEqual(rows, [
    { key: 'a', step: String(big), time: '5', value: '1.0' },
    { key: 'a', step: String(big + 2n), time: '6', value: 'inf' },
    { key: 'a', step: '-3', time: String(2n ** 61n + 1n), value: '-inf' },
  ])
})

test('killed anywhere it loses nothing; an attempt that lost its lease writes nothing', async () => {
  const run = await newRun()
  await log(run, wave('a', 0, 2000))
  const failing: Blobs = {
    ...blobs,
    put: async (bytes, options) => {
      await blobs.put.call(blobs, bytes, options)
      throw new Error('the process was killed')
    },
  }
  await assert.rejects(compactRun(run, failing), /was killed/)
  assert.equal((await historyOf(run, 'a')).length, 2000)
  const lost = { ...(await attempt()), attempt: 7 }
  await assert.rejects(compact({ store, blobs }, run, lost), /lost its lease/)
  assert.ok((await chunks(run)) > 0)
  await compactRun(run)
  assert.equal((await historyOf(run, 'a')).length, 2000)
})

test('a history that is being read goes on while its points move', async () => {
  const run = await newRun()
  await log(run, wave('a', 0, 40_000))
  let count = 0
  for await (const batch of tracking.metrics.stream(run, 'a')) {
    if (count === 0) await compactRun(run)
    count += batch.values.length
  }
  assert.equal(count, 40_000)
})

test('points that are logged while it works stay in the database', async () => {
  const run = await newRun()
  await log(run, wave('a', 0, 2000))
  const slow: Blobs = {
    ...blobs,
    put: async (bytes, options) => {
      const blob = await blobs.put.call(blobs, bytes, options)
      await log(run, wave('a', 2000, 2100))
      return blob
    },
  }
  await compactRun(run, slow)
  assert.equal(await chunks(run), 1)
  assert.equal((await historyOf(run, 'a')).length, 2100)
})
