import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createTracking, deleteRun, type Tracking } from './index.ts'

const principal = system('test')
const projectId = uuidv7()
let store: TestStore
let tracking: Tracking

before(async () => {
  store = await openTestStore()
  await store.housekeep((tx) =>
    tx.db.insertInto('projects').values({ id: projectId, name: 'default' }).execute(),
  )
  const artifacts = createArtifacts({ store, blobs: {} as Blobs })
  tracking = createTracking({ store, artifacts })
})
after(async () => {
  await store[Symbol.asyncDispose]()
})

async function newExperiment(name: string): Promise<string> {
  return await store.transact(principal, (tx) => tracking.ensureExperiment(tx, projectId, name))
}

async function newRun(experimentId?: string, tags: { key: string; value: string }[] = []): Promise<string> {
  return await store.transact(principal, (tx) =>
    tracking.createRun(tx, { projectId, tags, ...(experimentId === undefined ? {} : { experimentId }) }),
  )
}

function point(key: string, value: number, step = 0, time = 1) {
  return { key, value, step, time }
}

test('project default has experiment 0', async () => {
  const found = await tracking.experiment(projectId, '0')
  assert.equal(found?.name, 'Default')
  assert.equal(found?.artifactLocation, 'mlflow-artifacts:/0')
  const run = await tracking.run(projectId, await newRun())
  assert.equal(run.experimentId, '0')
  assert.equal(run.artifactUri, `mlflow-artifacts:/0/${run.id}/artifacts`)
})

test('the latest metric is the greatest step, then time, then value, whatever the order of logging', async () => {
  const id = await newRun()
  await tracking.logMetrics(projectId, id, [point('a', 5, 2, 10), point('a', 7, 2, 9), point('b', NaN)])
  await tracking.logMetrics(projectId, id, [point('a', 1, 1, 99)])
  await tracking.logMetrics(projectId, id, [point('a', 6, 2, 10)])
  await tracking.logMetrics(projectId, id, [point('b', -Infinity, 0, 0), point('b', 3, 0, 0)])
  const [a, b] = (await tracking.counted(await tracking.run(projectId, id))).metrics
  assert.deepEqual(a, { key: 'a', value: 6, step: 2, time: 10, min: 1, max: 7, count: 4 })
  assert.deepEqual(b, { key: 'b', value: NaN, step: 0, time: 1, min: -Infinity, max: 3, count: 3 })
})

test('a point logged again is dropped', async () => {
  const id = await newRun()
  await tracking.logMetrics(projectId, id, [point('a', 1), point('a', 1), point('n', NaN)])
  await tracking.logMetrics(projectId, id, [point('a', 1), point('n', NaN), point('a', 2)])
  assert.deepEqual(
    (await tracking.counted(await tracking.run(projectId, id))).metrics.map((metric) => metric.count),
    [2, 1],
  )
})

test('32 writers of one run lose nothing', async () => {
  const id = await newRun()
  await Promise.all(
    Array.from({ length: 32 }, async (_, writer) => {
      for (let step = 0; step < 20; step += 1) {
        await tracking.logMetrics(projectId, id, [
          point('shared', writer, step),
          point(`own${writer % 4}`, writer, step),
        ])
      }
    }),
  )
  const { metrics } = await tracking.counted(await tracking.run(projectId, id))
  assert.deepEqual(
    metrics.map((metric) => [metric.key, metric.count]),
    [
      ['own0', 160],
      ['own1', 160],
      ['own2', 160],
      ['own3', 160],
      ['shared', 640],
    ],
  )
  assert.equal((await tracking.metrics.history(id, 'shared')).points.length, 640)
})

test('a parameter is logged once; a batch with another value changes nothing', async () => {
  const id = await newRun()
  await tracking.logParams(projectId, id, [{ key: 'lr', value: '0.1' }])
  await tracking.logParams(projectId, id, [{ key: 'lr', value: '0.1' }])
  const batch = {
    metrics: [point('m', 1)],
    params: [
      { key: 'lr', value: '0.2' },
      { key: 'new', value: 'x' },
    ],
    tags: [{ key: 't', value: 'x' }],
  }
  await assert.rejects(tracking.logBatch(projectId, id, batch), /Changing param values is not allowed/)
  const run = await tracking.run(projectId, id)
  assert.deepEqual(run.params, [{ key: 'lr', value: '0.1' }])
  assert.deepEqual(run.metrics, [])
})

test('history comes in pages and thinned with its extremes', async () => {
  const id = await newRun()
  const points = Array.from({ length: 999 }, (_, step) =>
    point('m', step === 500 ? 1e9 : step % 7, step, step),
  )
  await tracking.logMetrics(projectId, id, points)
  const first = await tracking.metrics.history(id, 'm', { limit: 600 })
  const second = await tracking.metrics.history(id, 'm', { limit: 600, cursor: first.next })
  assert.deepEqual([first.points.length, second.points.length, second.next], [600, 399, undefined])
  const wanted = { projectId, runs: [id], keys: ['m'], axis: 'step', points: 100 } as const
  const [thin] = await tracking.series(wanted)
  assert.ok(thin !== undefined && thin.columns.values.length <= 100 && thin.columns.values.includes(1e9))
  const sampled = await tracking.metrics.sampled([id], 'm', 10)
  // ten at even distances, and the end
  assert.deepEqual([sampled.length, sampled[0]?.step, sampled.at(-1)?.step], [11, 0, 998])
})

test('search filters, orders, and pages without gaps', async () => {
  const experimentId = await newExperiment('search')
  const ids: string[] = []
  for (let index = 0; index < 12; index += 1) {
    const id = await newRun(experimentId, [{ key: 'team', value: index % 2 === 0 ? 'A_1' : 'Ab1' }])
    ids.push(id)
    await tracking.logParams(projectId, id, [{ key: 'lr', value: `0.${index}` }])
    if (index !== 3) await tracking.logMetrics(projectId, id, [point('acc', index === 5 ? NaN : index)])
  }
  const found = async (filter: string) => {
    const page = await tracking.searchRuns({ projectId, experimentIds: [experimentId], filter, limit: 100 })
    return page.runs.map((run) => ids.indexOf(run.id)).sort((a, b) => a - b)
  }
  assert.deepEqual(await found('metrics.acc > 8'), [9, 10, 11])
  assert.deepEqual(await found('metrics.acc != 4'), [0, 1, 2, 5, 6, 7, 8, 9, 10, 11])
  assert.deepEqual(await found("params.lr = '0.7'"), [7])
  assert.deepEqual(await found("params.lr != '0.7' and tags.team = 'Ab1' and metrics.acc < 4"), [1])
  assert.deepEqual(await found("tags.team LIKE 'A\\_1'"), [])
  assert.deepEqual(await found("tags.team ILIKE 'a_1'"), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  assert.deepEqual(await found('tags.absent IS NULL and params.lr IS NOT NULL and metrics.acc = 1'), [1])
  assert.deepEqual(await found(`run_id IN ('${ids[2]}', 'nothing')`), [2])
  assert.deepEqual(await found("status = 'FINISHED'"), [])
  const order = ['metrics.acc DESC']
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await tracking.searchRuns({
      projectId,
      experimentIds: [experimentId],
      order,
      limit: 5,
      cursor,
    })
    seen.push(...page.runs.map((run) => ids.indexOf(run.id)))
    cursor = page.next
  } while (cursor !== undefined)
  assert.deepEqual(seen, [11, 10, 9, 8, 7, 6, 4, 2, 1, 0, 5, 3])
})

test('a deleted run takes nothing more', async () => {
  const id = await newRun()
  await tracking.logMetrics(projectId, id, [point('m', 1)])
  await store.transact(principal, (tx) => deleteRun(tx, projectId, id))
  tracking.forget(id)
  await assert.rejects(
    tracking.logMetrics(projectId, id, [point('m', 2)]),
    (thrown) => thrown instanceof SlipwayError && /must be in the 'active' state/.test(thrown.message),
  )
})

test('a run of another project is not there', async () => {
  const id = await newRun()
  await assert.rejects(tracking.logMetrics(uuidv7(), id, [point('m', 2)]), /Run with id=.* not found/)
})
