import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import { holdsIn, placeHold, refuseHeld, refuseHeldFiles, refuseInUse, releaseHold } from './index.ts'

const principal = system('test')
const projectId = uuidv7()
const run = randomBytes(16).toString('hex')
const version = uuidv7()
let store: TestStore

before(async () => {
  store = await openTestStore()
  const ms = Date.now()
  const row = { project_id: projectId, created_ms: ms, updated_ms: ms }
  await store.housekeep(async ({ db }) => {
    await db.insertInto('projects').values({ id: projectId, name: 'default' }).execute()
    await db
      .insertInto('experiments')
      .values({ ...row, id: 7, name: 'e', artifact_location: 'x' })
      .execute()
    await db
      .insertInto('runs')
      .values({
        id: run,
        project_id: projectId,
        experiment_id: 7,
        name: 'r',
        user_name: 'u',
        status: 'finished',
        start_ms: ms,
        artifact_uri: 'x',
      })
      .execute()
  })
})
after(() => store[Symbol.asyncDispose]())

const within = <T>(change: Parameters<typeof store.housekeep<T>>[0]) => store.housekeep(change)
const place = (type: 'experiment' | 'run' | 'model_version', id: string) =>
  store.transact(principal, (tx) =>
    placeHold(tx, { projectId, type, id, name: `${type} x`, reason: 'case 12' }),
  )
const release = (id: string) => store.transact(principal, (tx) => releaseHold(tx, projectId, id, 'closed'))

test('a held run can be deleted neither itself, nor with its experiment, nor its files', async () => {
  await within((tx) => refuseHeld(tx, 'run', [run]))
  const hold = await place('run', run)
  const refused = { code: 'held', message: /run x is held since \d{4}-\d\d-\d\d by test: case 12/ }
  await assert.rejects(
    within((tx) => refuseHeld(tx, 'run', [run])),
    refused,
  )
  await assert.rejects(
    within((tx) => refuseHeld(tx, 'experiment', ['7'])),
    refused,
  )
  await assert.rejects(
    within((tx) => refuseHeldFiles(tx, `7/${run}/artifacts/a`)),
    refused,
  )
  await within((tx) => refuseHeldFiles(tx, '7/models/m-x/artifacts/a'))
  await assert.rejects(place('run', run), { code: 'already_exists' })
  await release(hold.id)
  await within((tx) => refuseHeld(tx, 'run', [run]))
  await within((tx) => refuseHeld(tx, 'experiment', ['7']))
  await assert.rejects(release(hold.id), { code: 'wrong_state' })
})

test('a held experiment holds its runs', async () => {
  const hold = await place('experiment', '7')
  await assert.rejects(
    within((tx) => refuseHeld(tx, 'run', [run])),
    { code: 'held' },
  )
  await release(hold.id)
  await within((tx) => refuseHeld(tx, 'run', [run]))
})

test('holds are listed with what became of them', async () => {
  const hold = await place('model_version', version)
  await assert.rejects(
    within((tx) => refuseHeld(tx, 'model_version', [uuidv7(), version])),
    { code: 'held' },
  )
  const inForce = await holdsIn(store.read, projectId, { released: false, limit: 10 })
  assert.deepEqual(
    inForce.map((one) => one.id),
    [hold.id],
  )
  const all = await holdsIn(store.read, projectId, { released: true, limit: 10 })
  assert.equal(all.length, 3)
  assert.equal(all[2]?.release_reason, 'closed')
})

test('a version that a deployment serves is in use until it no longer does', async () => {
  const deployment = uuidv7()
  await within(async ({ db }) => {
    await db
      .insertInto('deployments')
      .values({ id: deployment, project_id: projectId, name: 'fraud' })
      .execute()
    await db
      .insertInto('revisions')
      .values({
        deployment_id: deployment,
        number: 1,
        project_id: projectId,
        model_version_id: version,
        digest: 'x',
        signature: '{}',
        weight: 100,
      })
      .execute()
  })
  const subject = [{ id: version, name: 'm 3' }]
  await assert.rejects(
    within((tx) => refuseInUse(tx, subject)),
    { code: 'in_use', message: "Model version m 3 can't be deleted: it is used by deployment fraud." },
  )
  await within(({ db }) => db.updateTable('revisions').set({ weight: 0 }).execute())
  await within((tx) => refuseInUse(tx, subject))
})
