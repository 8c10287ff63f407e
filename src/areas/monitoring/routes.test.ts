import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { uuidv7 } from '../../base/id.ts'
import { silent } from '../../base/log.ts'
import { type Role, system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import { createOutbound } from '../../outbound/client.ts'
import { openAlert } from './alerts/writer.ts'
import { createMonitoring, type Monitoring } from './index.ts'
import { lockMonitor, readMonitor } from './reader.ts'

/** Routes read rows only: what computes them is not there. */
const absent = {} as Blobs & Columnar

describe('monitoring over HTTP', () => {
  let server: TestServer
  let monitoring: Monitoring
  const deploymentId = uuidv7()
  before(async () => {
    server = await openTestServer({
      areas: ({ store }) => {
        monitoring = createMonitoring({
          store,
          blobs: absent,
          columnar: absent,
          log: silent,
          data: { versionById: async () => undefined, paths: async () => [] },
          serving: { parts: async () => [], labelledPredictions: async () => undefined },
          outbound: createOutbound(),
          secrets: { seal: (plain) => Buffer.from(plain), open: (sealed) => Buffer.from(sealed).toString() },
        })
        return [monitoring.area]
      },
    })
    await server.store.transact(system('test'), (tx) =>
      monitoring.configure(tx, {
        deploymentId,
        projectId: server.projectId,
        drift: { window: { rows: 100 }, referenceVersionId: uuidv7(), columns: ['a'] },
        channels: [],
      }),
    )
  })
  after(() => server[Symbol.asyncDispose]())

  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
    role: Role = 'operator',
  ) => {
    const url = `/api/slipway/v1/projects/default${path}`
    const headers = await server.as(role)
    const answer = await server.server.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const open = async () => {
    const monitor = await readMonitor(server.store.read, { deploymentId })
    await server.store.transact(system('test'), async (tx) => {
      const locked = await lockMonitor(tx.db, monitor?.id ?? '')
      assert.ok(locked)
      const window = {
        first_sequence: 1,
        last_sequence: 2,
        from: new Date().toISOString(),
        to: new Date().toISOString(),
        rows: 100,
      }
      await openAlert(tx, locked, {
        kind: 'drift',
        title: 'Drift.',
        evidence: { window, drifted_share: 1, threshold: 0.5, columns: [] },
      })
    })
  }

  test('a monitor and its series can be read', async () => {
    const list = await call('GET', `/monitors?deployment_id=${deploymentId}`, undefined, 'viewer')
    const [monitor] = list.body.monitors
    assert.deepEqual([monitor.drift.share, monitor.drift.open_after, monitor.performance], [0.5, 1, null])
    assert.equal((await call('GET', `/monitors/${monitor.id}`)).body.id, monitor.id)
    for (const kind of ['drift', 'performance']) {
      assert.deepEqual((await call('GET', `/monitors/${monitor.id}/${kind}?limit=5`)).body, { windows: [] })
    }
    assert.equal((await call('GET', `/monitors/${uuidv7()}`)).status, 404)
  })

  test('an alert is acknowledged and resolved by a person, once; then another may open', async () => {
    await open()
    const [alert] = (await call('GET', '/alerts?state=open')).body.alerts
    assert.equal(alert.kind, 'drift')
    assert.equal((await call('POST', `/alerts/${alert.id}/acknowledge`, {}, 'viewer')).status, 403)
    const acknowledged = await call('POST', `/alerts/${alert.id}/acknowledge`, {})
    assert.deepEqual([acknowledged.status, acknowledged.body.state], [200, 'acknowledged'])
    assert.equal((await call('POST', `/alerts/${alert.id}/acknowledge`, {})).status, 409)
    assert.deepEqual((await call('GET', '/alerts?state=open')).body.alerts, [])
    const resolved = await call('POST', `/alerts/${alert.id}/resolve`, { note: 'The lamp was off.' })
    assert.deepEqual([resolved.body.state, resolved.body.resolution], ['resolved', 'The lamp was off.'])
    assert.equal((await call('POST', `/alerts/${alert.id}/resolve`, {})).status, 409)
    assert.deepEqual((await call('GET', `/alerts/${alert.id}`)).body.deliveries, [])
    await open()
    const page = await call('GET', '/alerts?limit=1')
    assert.equal(page.body.alerts[0].state, 'open')
    const rest = await call('GET', `/alerts?limit=1&cursor=${page.body.next}`)
    assert.deepEqual([rest.body.alerts[0].id, rest.body.next], [alert.id, undefined])
    assert.equal((await call('GET', '/alerts?cursor=x')).status, 400)
  })

  test('a second alert of a kind cannot be open', async () => {
    await assert.rejects(open(), /alerts_open/)
  })

  test('a channel is made, its secret shown once and its address never; private addresses are refused', async () => {
    const url = 'https://1.1.1.1/services/T0/secret?x=1'
    const made = await call('POST', '/channels', { name: 'ops', kind: 'webhook', url })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    assert.match(made.body.secret, /^whsec_/)
    assert.equal(made.body.host, 'https://1.1.1.1')
    const list = await call('GET', '/channels')
    assert.deepEqual(
      list.body.channels.map((one: object) => Object.keys(one).sort()),
      [['created_at', 'host', 'id', 'kind', 'name']],
    )
    assert.equal((await call('POST', '/channels', { name: 'ops', kind: 'webhook', url })).status, 409)
    const inner = await call('POST', '/channels', {
      name: 'inner',
      kind: 'webhook',
      url: 'http://169.254.169.254/',
    })
    assert.deepEqual([inner.status, inner.body.error.code], [400, 'destination_refused'])
    assert.deepEqual(await monitoring.missingChannels(server.projectId, ['ops', 'none']), ['none'])
    assert.equal((await call('DELETE', '/channels/ops')).status, 200)
    assert.equal((await call('DELETE', '/channels/ops')).status, 404)
  })
})
