import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import type { Attempt } from '../../base/area.ts'
import { uuidv7 } from '../../base/id.ts'
import { createLog } from '../../base/log.ts'
import { system } from '../../base/principal.ts'
import { openBlobs } from '../../blobs/open.ts'
import { type Artifacts, createArtifacts } from '../artifacts/index.ts'
import { placeHold, releaseHold } from '../holds/index.ts'
import { createTracking, deleteRun, setExperimentDeleted, type Tracking } from '../tracking/index.ts'
import { applyRetention, retentionOf, setRetention } from './retention.ts'

const principal = system('test')
const projectId = uuidv7()
const attempt: Attempt = { workId: uuidv7(), attempt: 1, signal: new AbortController().signal }
const log = createLog({ level: 'error' })
let store: TestStore
let home: string
let artifacts: Artifacts
let tracking: Tracking

before(async () => {
  store = await openTestStore()
  await store.housekeep(async ({ db }) => {
    await db.insertInto('projects').values({ id: projectId, name: 'default' }).execute()
    await db
      .insertInto('work')
      .values({
        id: attempt.workId,
        kind: 'keeping.retain',
        key: 'test',
        state: 'leased',
        attempt: 1,
        owner: 'test',
        lease_until: new Date(Date.now() + 3600_000),
      })
      .execute()
  })
  home = await mkdtemp(join(tmpdir(), 'slipway-retention-'))
  const blobs = await openBlobs({ kind: 'local', home })
  artifacts = createArtifacts({ store, blobs })
  tracking = createTracking({ store, artifacts })
})
after(async () => {
  await store[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

async function newRun(experimentId: string): Promise<string> {
  const id = await store.transact(principal, (tx) => tracking.createRun(tx, { projectId, experimentId }))
  const { artifactUri } = await tracking.run(projectId, id)
  const path = `${artifacts.ownPath(artifactUri)}/file`
  await artifacts.upload({ principal, projectId, path, bytes: Buffer.from(id) })
  return id
}

const newExperiment = (name: string) =>
  store.transact(principal, (tx) => tracking.createExperiment(tx, { projectId, name }))
const hasFile = async (experiment: string, run: string) =>
  (await artifacts.find(projectId, `${experiment}/${run}/artifacts/file`)) !== undefined
const apply = (days: number) =>
  applyRetention(
    { store, log, retain: () => (tracking.area.retain === undefined ? [] : [tracking.area.retain]) },
    attempt,
    new Date(Date.now() + days * 24 * 3600_000),
  )

test('deleted runs go with their files after a month, unless they are held', async () => {
  const experiment = await newExperiment('runs')
  const [kept, gone, held] = [await newRun(experiment), await newRun(experiment), await newRun(experiment)]
  await store.transact(principal, async (tx) => {
    await deleteRun(tx, projectId, gone)
    await deleteRun(tx, projectId, held)
  })
  const hold = await store.transact(principal, (tx) =>
    placeHold(tx, { projectId, type: 'run', id: held, name: 'held', reason: 'case' }),
  )
  await apply(29)
  assert.ok(await tracking.findRun(projectId, gone))
  await apply(31)
  assert.equal(await tracking.findRun(projectId, gone), undefined)
  assert.equal(await hasFile(experiment, gone), false)
  assert.deepEqual([await hasFile(experiment, kept), await hasFile(experiment, held)], [true, true])
  await store.transact(principal, (tx) => releaseHold(tx, projectId, hold.id, 'closed'))
  await apply(31)
  assert.equal(await tracking.findRun(projectId, held), undefined)
  assert.ok(await tracking.findRun(projectId, kept))
})

test('a deleted experiment goes after its runs; what a project sets counts', async () => {
  const experiment = await newExperiment('whole')
  const run = await newRun(experiment)
  await store.transact(principal, (tx) => setExperimentDeleted(tx, projectId, experiment, true))
  await setRetention(store, principal, projectId, {
    deleted_days: null,
    artifacts_days: null,
    traces_days: null,
  })
  await apply(1000)
  assert.ok(await tracking.experiment(projectId, experiment))
  await setRetention(store, principal, projectId, {
    deleted_days: 2,
    artifacts_days: null,
    traces_days: null,
  })
  assert.equal((await retentionOf(store, projectId)).deleted_days, 2)
  await apply(3)
  assert.equal(await tracking.experiment(projectId, experiment), undefined)
  assert.equal(await hasFile(experiment, run), false)
})

test('files of runs that ended long ago go when the project says so; the runs stay', async () => {
  const experiment = await newExperiment('files')
  const [ended, running] = [await newRun(experiment), await newRun(experiment)]
  await store.transact(principal, (tx) => tracking.finishRun(tx, projectId, ended, 'finished'))
  await setRetention(store, principal, projectId, {
    deleted_days: null,
    artifacts_days: 5,
    traces_days: null,
  })
  await apply(6)
  assert.deepEqual([await hasFile(experiment, ended), await hasFile(experiment, running)], [false, true])
  assert.ok(await tracking.findRun(projectId, ended))
})
