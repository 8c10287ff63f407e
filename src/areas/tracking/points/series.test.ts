import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../../test/kit/database.ts'
import { uuidv7 } from '../../../base/id.ts'
import { system } from '../../../base/principal.ts'
import type { Blobs } from '../../../blobs/blobs.ts'
import { createArtifacts } from '../../artifacts/index.ts'
import { createTracking, type Tracking } from '../index.ts'

const projectId = uuidv7()
const start = 1_000_000
let store: TestStore
let tracking: Tracking

before(async () => {
  store = await openTestStore()
  await store.housekeep((tx) =>
    tx.db.insertInto('projects').values({ id: projectId, name: 'default' }).execute(),
  )
  tracking = createTracking({ store, artifacts: createArtifacts({ store, blobs: {} as Blobs }) })
})
after(() => store[Symbol.asyncDispose]())

async function newRun(points: { key: string; step: number; time: number; value: number }[]): Promise<string> {
  const id = await store.transact(system('test'), (tx) => tracking.createRun(tx, { projectId, start }))
  await tracking.logMetrics(projectId, id, points)
  return id
}

const wave = (key: string, count: number) =>
  Array.from({ length: count }, (_, step) => ({
    key,
    step,
    time: start + step * 10,
    value: step === 700 ? 99 : Math.sin(step),
  }))

test('several keys of several runs, thinned, in the order asked for', async () => {
  const ids = [await newRun([...wave('a', 900), ...wave('b', 30)]), await newRun(wave('a', 900))]
  const found = await tracking.series({
    projectId,
    runs: ids.toReversed(),
    keys: ['b', 'a', 'absent'],
    axis: 'step',
    points: 100,
  })
  assert.deepEqual(
    found.map((one) => [one.run, one.key, one.count, one.columns.values.length <= 100]),
    [
      [ids[1], 'a', 900, true],
      [ids[0], 'a', 900, true],
      [ids[0], 'b', 30, true],
    ],
  )
  assert.ok(found[0]?.columns.values.includes(99))
  assert.equal(found[2]?.columns.values.length, 30)
})

test('a range is of the axis, both ends included', async () => {
  const id = await newRun(wave('a', 900))
  const stepsOf = async (axis: 'step' | 'time' | 'relative', from: number, to: number) => {
    const wanted = { projectId, runs: [id], keys: ['a'], axis, from, to, points: 1000 }
    const [one] = await tracking.series(wanted)
    return [one?.columns.steps[0], one?.columns.steps.at(-1), one?.count]
  }
  assert.deepEqual(await stepsOf('step', 10, 20), [10, 20, 11])
  assert.deepEqual(await stepsOf('step', 9.5, 20.5), [10, 20, 11])
  assert.deepEqual(await stepsOf('time', start + 100, start + 200), [10, 20, 11])
  assert.deepEqual(await stepsOf('relative', 100, 200), [10, 20, 11])
  assert.deepEqual(await stepsOf('step', -1e300, 1e300), [0, 899, 900])
  assert.deepEqual(await stepsOf('step', 1e300, 1e301), [undefined, undefined, undefined])
})

test('runs of another project are not there', async () => {
  const id = await newRun(wave('a', 10))
  const wanted = { runs: [id], keys: ['a'], axis: 'step', points: 100 } as const
  assert.deepEqual(await tracking.series({ ...wanted, projectId: uuidv7() }), [])
})
