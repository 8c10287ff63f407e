import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  openReceiver,
  openTestMonitoring,
  type Receiver,
  type TestMonitoring,
} from '../../../test/kit/monitoring.ts'
import { until } from '../../../test/kit/until.ts'
import { openSecrets } from '../../config/secrets.ts'
import { listAlerts } from './alerts/reader.ts'
import { listDeliveries } from './channels/reader.ts'
import { createChannel } from './channels/writer.ts'
import { driftSeries, performanceSeries, readMonitor } from './reader.ts'

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const colours = ['red', 'green', 'blue']

/** Rows of a quiet world: x is uneven, y constant, the colour one of three. */
const quiet = (count: number, seed = 0) =>
  Array.from({ length: count }, (_, i) => {
    const at = (i * 7919 + seed * 104729) % 1000
    return { x: (at / 100) ** 2, y: 5, colour: colours[(i + seed) % 3] ?? 'red' }
  })
const faulty = (count: number) => quiet(count).map((row) => ({ x: row.x / 3 + 0.5, y: 6, colour: 'grey' }))
const logged = (rows: readonly Record<string, number | string>[], output: (i: number) => number = () => 1) =>
  rows.map((inputs, i) => ({ inputs, output: output(i) }))

describe('monitoring', () => {
  let m: TestMonitoring
  let receiver: Receiver
  let referenceVersionId: string
  before(async () => {
    m = await openTestMonitoring()
    receiver = await openReceiver()
    const rows = quiet(1000).map((row) => `${row.x},${row.y},${row.colour},1`)
    referenceVersionId = (await m.kit.ingestText('reference', `x,y,colour,label\n${rows.join('\n')}\n`)).id
    const secrets = await openSecrets(m.kit.directory)
    await m.kit.store.transact(m.principal, (tx) =>
      createChannel(tx, secrets, { projectId: m.kit.projectId, name: 'hook', url: receiver.url, secret }),
    )
    m.work()
  })
  after(async () => {
    await receiver[Symbol.asyncDispose]()
    await m[Symbol.asyncDispose]()
  })

  const monitorOf = async (deploymentId: string) => {
    const monitor = await readMonitor(m.kit.store.read, { deploymentId })
    assert.ok(monitor)
    return monitor
  }
  const drifts = async (deploymentId: string) =>
    await driftSeries(m.kit.store.read, { monitorId: (await monitorOf(deploymentId)).id, limit: 100 })
  const performances = async (deploymentId: string) =>
    await performanceSeries(m.kit.store.read, { monitorId: (await monitorOf(deploymentId)).id, limit: 100 })
  const alerts = (deploymentId: string) => listAlerts(m.kit.store.read, { deploymentId })
  const windows = (deploymentId: string, count: number) =>
    until(`${count} drift windows`, async () => {
      const found = await drifts(deploymentId)
      return found.length >= count && found
    })
  const drift = { window: { rows: 100 }, resolveAfter: 2 }

  test('drift: quiet windows are good, a fault opens one alert, good windows resolve it; each is delivered once', async () => {
    const deploymentId = await m.makeDeployment()
    await m.configure({
      deploymentId,
      lineId: deploymentId,
      drift: { ...drift, referenceVersionId },
      channels: ['hook'],
    })
    for (let i = 0; i < 4; i += 1) await m.log(deploymentId, logged(quiet(60, i)))
    const good = await windows(deploymentId, 2)
    assert.deepEqual(
      good.map(({ rows, verdict }) => [rows, verdict]),
      [
        [120, 'good'],
        [120, 'good'],
      ],
    )
    assert.deepEqual(
      good[0]?.columns.map(({ name, test }) => [name, test]),
      [
        ['x', 'psi'],
        ['y', 'psi'],
        ['colour', 'js'],
      ],
    )
    assert.equal(good[0]?.first_sequence, 1)
    assert.equal(good[1]?.first_sequence, 3)
    assert.deepEqual(await alerts(deploymentId), [])

    for (let i = 0; i < 3; i += 1) await m.log(deploymentId, logged(faulty(100)))
    await windows(deploymentId, 5)
    const [open, ...others] = await until('an alert', async () => {
      const found = await alerts(deploymentId)
      return found.length > 0 && found[0]?.windows === 3 && found
    })
    assert.deepEqual(others, [])
    assert.equal(open?.state, 'open')
    assert.match(
      open?.title ?? '',
      /^3 of 3 columns have drifted from the reference in 100 predictions \(100 %; the limit is 50 %\)\.$/,
    )
    assert.equal(open?.evidence.columns?.length, 3)
    assert.equal((await m.monitoring.openAlerts(deploymentId)).length, 1)
    assert.equal((await m.monitoring.latest(deploymentId)).drift?.drifted, true)

    await m.log(deploymentId, logged(quiet(100, 8)))
    await windows(deploymentId, 6)
    assert.equal((await alerts(deploymentId))[0]?.state, 'open', 'one good window is not enough')
    await m.log(deploymentId, logged(quiet(100, 9)))
    const resolved = await until('the end of the alert', async () => {
      const [found] = await alerts(deploymentId)
      return found?.state === 'resolved' && found
    })
    assert.equal(resolved.windows, 3)
    assert.match(resolved.resolution ?? '', /2 windows are good/)

    const events = await m.kit.store.read
      .selectFrom('events')
      .select(['type', 'data'])
      .where('subject', '=', resolved.id)
      .orderBy('id')
      .execute()
    assert.deepEqual(
      events.map(({ type }) => type),
      ['alert.opened', 'alert.resolved'],
    )
    const data = events.map((event) => event.data as Record<string, unknown>)
    assert.deepEqual([data[0]?.kind, data[0]?.deployment_id], ['drift', deploymentId])

    const deliveries = await until('both deliveries', async () => {
      const found = await listDeliveries(m.kit.store.read, resolved.id)
      return found.length === 2 && found.every(({ state }) => state === 'delivered') && found
    })
    const posts = receiver.posts.filter(({ body }) => body.includes(resolved.id))
    assert.deepEqual(
      posts.map(({ body }) => JSON.parse(body).type),
      ['alert.opened', 'alert.resolved'],
    )
    assert.equal(posts[0]?.headers['webhook-id'], deliveries[0]?.id)
    const key = Buffer.from(secret.slice(6), 'base64')
    const signed = `${posts[0]?.headers['webhook-id']}.${posts[0]?.headers['webhook-timestamp']}.${posts[0]?.body}`
    const signature = createHmac('sha256', key).update(signed).digest('base64')
    assert.equal(posts[0]?.headers['webhook-signature'], `v1,${signature}`)
  })

  test('performance: a window counts once it has labels, changes as they arrive, and opens and resolves its own alert', async () => {
    const deploymentId = await m.makeDeployment()
    await m.configure({
      deploymentId,
      performance: {
        window: { rows: 100 },
        metric: 'accuracy',
        min: 0.9,
        output: 'label',
        labelsWithinMs: 3_600_000,
        resolveAfter: 1,
      },
      channels: [],
    })
    const ids = await m.log(
      deploymentId,
      logged(quiet(100), (i) => i % 10),
    )
    await until('the window', async () => (await performances(deploymentId)).length === 1)
    const labels = ids.map((predictionId, i) => ({ predictionId, value: i % 10 }))

    await m.label(
      deploymentId,
      labels.slice(0, 50).map((label) => ({ ...label, value: 99 })),
    )
    const partly = await until('half of the labels', async () =>
      (await performances(deploymentId)).find(({ labelled }) => labelled === 50),
    )
    assert.deepEqual(
      [partly.mature, partly.verdict, partly.coverage, partly.value],
      [false, 'waiting', 0.5, 0],
    )
    assert.deepEqual(await alerts(deploymentId), [], 'half of the labels may be the worse half')

    await m.label(deploymentId, labels.slice(50, 90))
    const bad = await until('most of the labels', async () =>
      (await performances(deploymentId)).find(({ labelled }) => labelled === 90),
    )
    assert.deepEqual([bad.mature, bad.verdict, bad.first_sequence], [true, 'bad', partly.first_sequence])
    assert.ok(Math.abs((bad.value ?? 0) - 4 / 9) < 1e-12)
    const [open] = await until('an alert', async () => {
      const found = await alerts(deploymentId)
      return found.length > 0 && found
    })
    assert.equal(open?.kind, 'performance')
    assert.match(open?.title ?? '', /accuracy is 0.444 on 90 labelled predictions; the limit is 0.9/)

    await m.label(deploymentId, labels.slice(0, 50))
    const corrected = await until('the correction', async () =>
      (await performances(deploymentId)).find(({ value }) => value === 1),
    )
    assert.equal(corrected.labelled, 90)
    await until('the end of the alert', async () => (await alerts(deploymentId))[0]?.state === 'resolved')
    await m.label(deploymentId, labels.slice(90))
    await until('all labels', async () =>
      (await performances(deploymentId)).find(({ coverage }) => coverage === 1),
    )
    assert.equal((await performances(deploymentId)).length, 1)
    assert.deepEqual(await m.monitoring.latest(deploymentId), {
      drift: null,
      performance: { metric: 'accuracy', value: 1, min: 0.9, labelled: 100, at: corrected.to },
    })
  })

  test('errors: a regression is measured by its errors, and fails above its limit', async () => {
    const deploymentId = await m.makeDeployment()
    await m.configure({
      deploymentId,
      performance: { window: { rows: 40 }, metric: 'rmse', max: 1, output: 'label' },
      channels: [],
    })
    const ids = await m.log(
      deploymentId,
      logged(quiet(40), (i) => i),
    )
    await m.label(
      deploymentId,
      ids.map((predictionId, i) => ({ predictionId, value: i + (i % 2 === 0 ? 3 : -3) })),
    )
    const window = await until('the window', async () =>
      (await performances(deploymentId)).find(({ mature }) => mature),
    )
    assert.deepEqual([window.value, window.verdict, window.limit], [3, 'bad', 1])
  })

  test('what served before counts no more: after a new reference, windows begin anew and the old alert is resolved', async () => {
    const deploymentId = await m.makeDeployment()
    const config = { deploymentId, drift: { ...drift, referenceVersionId }, channels: [] }
    await m.configure(config)
    await m.kit.store.housekeep((tx) => m.monitoring.configure(tx, { ...config, projectId: m.kit.projectId }))
    const { id, generation } = await monitorOf(deploymentId)
    assert.equal(generation, 1, 'the same again changes nothing')
    await m.log(deploymentId, logged(faulty(100)))
    await until('an alert', async () => (await alerts(deploymentId)).length === 1)
    const rows = faulty(500).map((row) => `${row.x},${row.y},${row.colour}`)
    const newReference = (await m.kit.ingestText('reference-2', `x,y,colour\n${rows.join('\n')}\n`)).id
    const before = new Date(Date.now() - 1000)
    await m.kit.store.transact(m.principal, async (tx) => {
      await m.monitoring.configure(tx, {
        ...config,
        projectId: m.kit.projectId,
        drift: { ...drift, referenceVersionId: newReference },
      })
      await m.monitoring.resolveFor(tx, deploymentId, 'Version 2 has taken over.')
    })
    await m.log(deploymentId, logged(quiet(100)), before)
    await m.log(deploymentId, logged(faulty(100)))
    const found = await windows(deploymentId, 2)
    assert.deepEqual(
      found.map((window) => [
        window.reference_version_id === newReference,
        window.verdict,
        window.first_sequence,
      ]),
      [
        [false, 'bad', 1],
        [true, 'good', 3],
      ],
    )
    const [alert, ...others] = await alerts(deploymentId)
    assert.deepEqual(
      [alert?.resolution, others.length, alert?.monitor_id],
      ['Version 2 has taken over.', 0, id],
    )
  })

  test('windows by time close when their time is over', async () => {
    const deploymentId = await m.makeDeployment()
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000
    await m.log(deploymentId, logged(quiet(50)), new Date(hour - 7_000_000))
    await m.log(deploymentId, logged(quiet(20)), new Date(hour - 3_700_000))
    await m.log(deploymentId, logged(quiet(20)), new Date(hour - 3_500_000))
    await m.configure({
      deploymentId,
      drift: { ...drift, window: { ms: 3_600_000 }, referenceVersionId },
      channels: [],
    })
    await m.kit.store.housekeep((tx) =>
      tx.db
        .updateTable('monitors')
        .set({ since: new Date(0) })
        .where('deployment_id', '=', deploymentId)
        .execute(),
    )
    await m.log(deploymentId, logged(quiet(80)), new Date())
    const found = await windows(deploymentId, 2)
    assert.deepEqual(
      found.map(({ rows, verdict }) => [rows, verdict]),
      [
        [70, 'good'],
        [20, 'too_few_rows'],
      ],
    )
  })

  test('a receiver that fails gets the same delivery again; one that is gone is given up; both can be seen', async () => {
    await using flaky = await openReceiver()
    const secrets = await openSecrets(m.kit.directory)
    await m.kit.store.transact(m.principal, (tx) =>
      createChannel(tx, secrets, { projectId: m.kit.projectId, name: 'flaky', url: flaky.url, secret }),
    )
    const deploymentId = await m.makeDeployment()
    await m.configure({ deploymentId, drift: { ...drift, referenceVersionId }, channels: ['flaky'] })
    flaky.status = 503
    await m.log(deploymentId, logged(faulty(100)))
    const alert = await until('an alert', async () => (await alerts(deploymentId))[0])
    const refused = await until('the first attempt', async () => {
      const [found] = await listDeliveries(m.kit.store.read, alert.id)
      return found?.attempts === 1 && found
    })
    assert.deepEqual(
      [refused.state, refused.status, refused.error],
      ['pending', 503, 'The receiver answered 503.'],
    )
    flaky.status = 204
    const delivered = await until('the second attempt', async () => {
      const [found] = await listDeliveries(m.kit.store.read, alert.id)
      return found?.state === 'delivered' && found
    })
    assert.equal(delivered.attempts, 2)
    assert.equal(new Set(flaky.posts.map(({ headers }) => headers['webhook-id'])).size, 1)
    flaky.status = 410
    await m.kit.store.transact(m.principal, (tx) => m.monitoring.resolveFor(tx, deploymentId, 'Enough.'))
    await until(
      'the end',
      async () => (await listDeliveries(m.kit.store.read, alert.id))[1]?.state === 'failed',
    )
  })

  test('what is wrong with a monitor can be seen there, and goes away with its cause', async () => {
    const deploymentId = await m.makeDeployment()
    const performance = { window: { rows: 40 }, metric: 'accuracy' as const, min: 0.9, output: 'nothing' }
    await m.configure({ deploymentId, performance, channels: [] })
    const ids = await m.log(deploymentId, logged(quiet(40)))
    await m.label(
      deploymentId,
      ids.map((predictionId) => ({ predictionId, value: 1 })),
    )
    await until('the error', async () =>
      (await monitorOf(deploymentId)).error?.includes('no output "nothing"'),
    )
    await assert.rejects(
      m.configure({ deploymentId, performance: { ...performance, metric: 'guess' as never }, channels: [] }),
      /no metric "guess"/,
    )
    await m.configure({ deploymentId, channels: [] })
    assert.equal((await monitorOf(deploymentId)).error, null)
  })
})
