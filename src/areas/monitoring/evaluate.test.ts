import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestMonitoring, type TestMonitoring } from '../../../test/kit/monitoring.ts'
import { silent } from '../../base/log.ts'
import { openSecrets } from '../../config/secrets.ts'
import { createOutbound } from '../../outbound/client.ts'
import type { Store } from '../../store/store.ts'
import { lease } from '../serving/fixture.ts'
import { createChannel } from './channels/writer.ts'
import { evaluateWork } from './configure.ts'
import type { MonitoringDeps } from './deps.ts'
import { evaluateMonitor } from './evaluate.ts'

/** A store whose write of this number fails, before or after its commit, as when the process is killed there. */
function dyingStore(
  store: Store,
  fatal: number,
  when: 'before' | 'after',
): { store: Store; writes: () => number } {
  let writes = 0
  const guard = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1
    if (writes === fatal && when === 'before') throw new Error('killed')
    const result = await write()
    if (writes === fatal) throw new Error('killed')
    return result
  }
  return {
    writes: () => writes,
    store: {
      ...store,
      read: store.read,
      transact: (principal, change) => guard(() => store.transact(principal, change)),
      housekeep: (change) => guard(() => store.housekeep(change)),
      [Symbol.asyncDispose]: async () => {},
    },
  }
}

describe('evaluation that is killed', () => {
  let m: TestMonitoring
  let deps: MonitoringDeps
  let referenceVersionId: string
  before(async () => {
    m = await openTestMonitoring()
    const { store, blobs, columnar, data, directory, projectId } = m.kit
    const secrets = await openSecrets(directory)
    deps = {
      store,
      blobs,
      columnar,
      data,
      log: silent,
      serving: m.serving,
      outbound: createOutbound(),
      secrets,
    }
    const rows = Array.from({ length: 300 }, (_, i) => String(i % 10))
    referenceVersionId = (await m.kit.ingestText('reference', `x\n${rows.join('\n')}\n`)).id
    const channel = { projectId, name: 'hook', url: 'http://192.0.2.1/', secret: 'whsec_AAAA' }
    await store.transact(m.principal, (tx) => createChannel(tx, secrets, channel))
  })
  after(() => m[Symbol.asyncDispose]())

  /** A deployment with one faulty window, all of it labelled as wrong. */
  const prepared = async () => {
    const deploymentId = await m.makeDeployment()
    await m.configure({
      deploymentId,
      drift: { window: { rows: 100 }, referenceVersionId },
      performance: { window: { rows: 100 }, metric: 'accuracy', min: 0.9, output: 'label' },
      channels: ['hook'],
    })
    const rows = Array.from({ length: 100 }, () => ({ inputs: { x: 99 }, output: 1 }))
    const ids = await m.log(deploymentId, rows)
    await m.label(
      deploymentId,
      ids.map((predictionId) => ({ predictionId, value: 2 })),
    )
    return deploymentId
  }

  const found = async (deploymentId: string) => {
    const db = m.kit.store.read
    const { id } = await db
      .selectFrom('monitors')
      .select('id')
      .where('deployment_id', '=', deploymentId)
      .executeTakeFirstOrThrow()
    const alerts = await db
      .selectFrom('alerts')
      .select(['id', 'kind'])
      .where('monitor_id', '=', id)
      .orderBy('kind')
      .execute()
    const of = alerts.map((alert) => alert.id)
    return {
      alerts: alerts.map(({ kind }) => kind),
      drift: await db
        .selectFrom('drift_windows')
        .select(['first_sequence', 'verdict'])
        .where('monitor_id', '=', id)
        .execute(),
      performance: await db
        .selectFrom('performance_windows')
        .select(['first_sequence', 'verdict', 'labelled'])
        .where('monitor_id', '=', id)
        .execute(),
      deliveries: (await db.selectFrom('alert_deliveries').select('id').where('alert_id', 'in', of).execute())
        .length,
      events: (await db.selectFrom('events').select('id').where('subject', 'in', of).execute()).length,
    }
  }

  const whole = {
    alerts: ['drift', 'performance'],
    drift: [{ first_sequence: 1, verdict: 'bad' }],
    performance: [{ first_sequence: 1, verdict: 'bad', labelled: 100 }],
    deliveries: 2,
    events: 2,
  }

  test('undisturbed, each window, alert, event and delivery is there once, and a second run adds nothing', async () => {
    const deploymentId = await prepared()
    const counting = dyingStore(m.kit.store, 0, 'before')
    const attempt = await lease(m.kit.store, evaluateWork, deploymentId)
    await evaluateMonitor({ ...deps, store: counting.store }, deploymentId, attempt)
    assert.deepEqual(await found(deploymentId), whole)
    assert.equal(counting.writes(), 6)
    await evaluateMonitor(deps, deploymentId, attempt)
    assert.deepEqual(await found(deploymentId), whole)
  })

  for (const when of ['before', 'after'] as const) {
    test(`killed ${when} the commit of any write, the next run completes it`, async () => {
      for (let fatal = 1; fatal <= 6; fatal += 1) {
        const deploymentId = await prepared()
        const dying = { ...deps, store: dyingStore(m.kit.store, fatal, when).store }
        await evaluateMonitor(dying, deploymentId, await lease(m.kit.store, evaluateWork, deploymentId))
        await evaluateMonitor(deps, deploymentId, await lease(m.kit.store, evaluateWork, deploymentId))
        assert.deepEqual(await found(deploymentId), whole, `write ${fatal}`)
      }
    })
  }

  test('two that run at the same time, one with a lost lease, leave one of each', async () => {
    const deploymentId = await prepared()
    const lost = await lease(m.kit.store, evaluateWork, deploymentId)
    const held = await lease(m.kit.store, evaluateWork, deploymentId)
    await Promise.all(
      [lost, held].map((attempt) => evaluateMonitor(deps, deploymentId, attempt).catch(() => undefined)),
    )
    assert.deepEqual(await found(deploymentId), whole)
  })
})
