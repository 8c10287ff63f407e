import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openTestStore, type TestStore } from '../../../../test/kit/database.ts'
import { silent } from '../../../base/log.ts'
import type { Store, Tx } from '../../../store/store.ts'
import { FakeServer, lease, makeDeployment, makeProject, newRevision, tester } from '../fixture.ts'
import { rollback } from './control.ts'
import { reconcileRollout } from './reconcile.ts'
import type { Step } from './rollout.ts'
import { rolloutWork, startRollout } from './start.ts'

describe('a rollout', () => {
  let store: TestStore
  let projectId: string
  before(async () => {
    store = await openTestStore()
    projectId = await makeProject(store)
  })
  after(() => store[Symbol.asyncDispose]())

  const plan: Step[] = [{ percent: 10, requests: 30 }, { percent: 50, requests: 30 }, { percent: 100 }]
  const start = (deploymentId: string, abortIf: string[] = [], steps = plan) =>
    store.transact(tester, (tx) =>
      startRollout(tx, {
        deploymentId,
        ...newRevision(),
        steps,
        abortIf,
        reason: 'a test',
      }),
    )

  async function drive(rolloutId: string, deploymentId: string, server: FakeServer, on: Store = store) {
    for (let turn = 0; turn < 40; turn++) {
      await server.serve(deploymentId, 100)
      const attempt = await lease(store, rolloutWork, rolloutId)
      const next = await reconcileRollout({ store: on, log: silent }, rolloutId, attempt)
      if (!next) return
    }
    throw new Error('the rollout did not end')
  }

  async function served(): Promise<{ deploymentId: string; server: FakeServer }> {
    const deploymentId = await makeDeployment(store, projectId)
    await store.housekeep((tx) => tx.db.deleteFrom('model_servers').execute())
    const server = new FakeServer(store)
    await drive(await start(deploymentId), deploymentId, server)
    return { deploymentId, server }
  }

  const weights = (deploymentId: string) =>
    store.read
      .selectFrom('revisions')
      .select(['number', 'weight'])
      .where('deployment_id', '=', deploymentId)
      .orderBy('number')
      .execute()

  const shares = async (deploymentId: string) => (await weights(deploymentId)).map((one) => one.weight)

  const read = (rolloutId: string) =>
    store.read.selectFrom('rollouts').selectAll().where('id', '=', rolloutId).executeTakeFirstOrThrow()

  const steps = (rolloutId: string) =>
    store.read
      .selectFrom('rollout_steps')
      .selectAll()
      .where('rollout_id', '=', rolloutId)
      .orderBy('position')
      .execute()

  const finished = (rolloutId: string) =>
    store.read
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'rollout.finished')
      .where('subject', '=', rolloutId)
      .execute()

  it('gives the first revision all traffic once it is ready', async () => {
    const { deploymentId } = await served()
    assert.deepEqual(await weights(deploymentId), [{ number: 1, weight: 100 }])
  })

  it('goes through its steps, each with its evidence', async () => {
    const { deploymentId, server } = await served()
    const id = await start(deploymentId, ['error_rate > 1%'])
    await drive(id, deploymentId, server)
    assert.deepEqual(await weights(deploymentId), [
      { number: 1, weight: 0 },
      { number: 2, weight: 100 },
    ])
    const made = await steps(id)
    assert.deepEqual(
      made.map(({ position, percent, outcome }) => ({ position, percent, outcome })),
      [10, 50, 100].map((percent, position) => ({ position, percent, outcome: 'passed' })),
    )
    const evidence = made[1]?.evidence as { revision: { requests: number; p99Ms: number } }
    assert.ok(evidence.revision.requests >= 30, `only ${evidence.revision.requests} requests were seen`)
    assert.ok(evidence.revision.p99Ms > 0)
    const [event, ...others] = await finished(id)
    assert.equal(others.length, 0)
    assert.deepEqual(Object(event?.data).outcome, 'completed')
  })

  it('gives the traffic back when a condition is met', async () => {
    const { deploymentId, server } = await served()
    server.errorRate.set(2, 0.2)
    const id = await start(deploymentId, ['error_rate > 1%'])
    await drive(id, deploymentId, server)
    const row = await read(id)
    assert.equal(row.state, 'aborted')
    assert.match(row.outcome_reason ?? '', /error_rate > 1% \(observed 20\.00 %\)/)
    assert.deepEqual(await weights(deploymentId), [
      { number: 1, weight: 100 },
      { number: 2, weight: 0 },
    ])
    assert.equal((await steps(id)).at(-1)?.outcome, 'aborted')
  })

  it('is aborted without any traffic when the revision can not be loaded', async () => {
    const { deploymentId, server } = await served()
    server.broken.add(2)
    const id = await start(deploymentId)
    await drive(id, deploymentId, server)
    assert.equal((await read(id)).state, 'aborted')
    assert.match((await read(id)).outcome_reason ?? '', /it is broken/)
    assert.equal((await steps(id)).length, 0)
  })

  it('waits for a silent server, but not for one that was succeeded', async () => {
    const { deploymentId, server } = await served()
    const id = await start(deploymentId)
    const next = new FakeServer(store)
    await assert.rejects(drive(id, deploymentId, next), /did not end/)
    next.succeeds = server.id
    await drive(id, deploymentId, next)
    assert.equal((await read(id)).state, 'completed')
  })

  it('refuses a second one while it is under way', async () => {
    const { deploymentId } = await served()
    await start(deploymentId)
    await assert.rejects(start(deploymentId), { code: 'wrong_state' })
  })

  it('waits for requests that only come when there is traffic', async () => {
    const { deploymentId, server } = await served()
    const id = await start(deploymentId)
    for (let turn = 0; turn < 3; turn++) {
      await server.serve(deploymentId, 0)
      await reconcileRollout({ store, log: silent }, id, await lease(store, rolloutWork, id))
    }
    assert.deepEqual(
      (await steps(id)).map(({ position, outcome }) => [position, outcome]),
      [[0, null]],
    )
    await drive(id, deploymentId, server)
    assert.equal((await read(id)).state, 'completed')
  })

  it('is undone by one call, under way and afterwards', async () => {
    const { deploymentId, server } = await served()
    const undo = () => store.transact(tester, (tx) => rollback(tx, deploymentId, { reason: 'it smells' }))
    const id = await start(deploymentId)
    await server.serve(deploymentId, 100)
    await reconcileRollout({ store, log: silent }, id, await lease(store, rolloutWork, id))
    assert.equal((await weights(deploymentId))[1]?.weight, 10)
    await undo()
    assert.deepEqual(await shares(deploymentId), [100, 0])
    assert.equal((await read(id)).outcome_reason, 'it smells')

    await drive(await start(deploymentId), deploymentId, server)
    assert.deepEqual(await shares(deploymentId), [0, 0, 100])
    const back = await undo()
    assert.deepEqual(await shares(deploymentId), [100, 0, 0])
    assert.equal(await undo(), back, 'a rollback under way is not undone by asking again')
    await drive(back, deploymentId, server)
    assert.equal((await read(back)).state, 'completed')
  })

  it('gives each step once, wherever it is interrupted', async () => {
    const { server } = await served()
    let [points, done] = [0, false]
    while (!done) {
      const batch = Array.from({ length: 8 }, (_, index) => interrupted(server, points + index + 1))
      done = (await Promise.all(batch)).includes(false)
      points += batch.length
    }
    assert.ok(points > 24, `only ${points} points were tried`)
  })

  /** One rollout that is interrupted at that point and taken up again. False when it ended before. */
  async function interrupted(server: FakeServer, at: number): Promise<boolean> {
    const deploymentId = await makeDeployment(store, projectId)
    await drive(await start(deploymentId), deploymentId, server)
    const id = await start(deploymentId, [], [{ percent: 50, requests: 30 }, { percent: 100 }])
    const crashing = crashAt(store, at)
    await drive(id, deploymentId, server, crashing.store).catch((error) => {
      if (!(error instanceof Crash)) throw error
    })
    if (crashing.crashed()) await drive(id, deploymentId, server)
    assert.deepEqual(
      (await steps(id)).map(({ position, outcome }) => [position, outcome]),
      [0, 1].map((position) => [position, 'passed']),
      `interrupted at ${at}`,
    )
    assert.equal((await finished(id)).length, 1, `interrupted at ${at}`)
    assert.deepEqual(await shares(deploymentId), [0, 100])
    return crashing.crashed()
  }
})

class Crash extends Error {}

/** A store that dies before its `at`th statement or after a commit, once: what is open is rolled back, as by `kill -9`. */
function crashAt(inner: Store, at: number) {
  let count = 0
  const point = () => {
    if (++count === at) throw new Crash()
  }
  const wrap = (tx: Tx): Tx => ({
    ...tx,
    db: tx.db.withPlugin({
      transformQuery: ({ node }) => {
        point()
        return node
      },
      transformResult: async ({ result }) => result,
    }) as Tx['db'],
    audit: (entry) => {
      point()
      return tx.audit(entry)
    },
    emit: (event) => {
      point()
      return tx.emit(event)
    },
    enqueue: (item) => {
      point()
      return tx.enqueue(item)
    },
    fence: (attempt) => {
      point()
      return tx.fence(attempt)
    },
  })
  const after = async <T>(committed: Promise<T>): Promise<T> => {
    const result = await committed
    point()
    return result
  }
  const store: Store = {
    ...inner,
    transact: (principal, change) => after(inner.transact(principal, (tx) => change(wrap(tx)))),
    housekeep: (change) => after(inner.housekeep((tx) => change(wrap(tx)))),
  }
  return { store, crashed: () => count >= at }
}
