import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { modelServerSecret, openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { uuidv7 } from '../../base/id.ts'
import { silent } from '../../base/log.ts'
import { openBlobs } from '../../blobs/open.ts'
import { createColumnar } from '../../columnar/pool.ts'
import { apiPrefix } from '../../contract/index.ts'
import type { Snapshot } from '../../contract/modelserver.ts'
import { lease, signature } from './fixture.ts'
import { createServing, type Serving } from './index.ts'
import { openSnapshot } from './snapshot.ts'

describe('serving over HTTP', () => {
  let kit: TestServer
  let serving: Serving
  let home: string
  let digest: string
  const resources = new AsyncDisposableStack()
  const serverId = uuidv7()
  const modelVersionId = uuidv7()
  // One minute for all reports, whenever they are made.
  const minute = new Date().toISOString()

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'serving-api-'))
    resources.defer(() => rm(home, { recursive: true }))
    const blobs = await openBlobs({ kind: 'local', home })
    digest = (await blobs.put(Buffer.from('an ONNX file'))).digest
    const columnar = resources.use(createColumnar({ tempDirectory: join(home, 'spill') }))
    const version = { id: modelVersionId, model: 'iris', version: 3, signature }
    const registered = { ...version, files: [{ path: 'model.onnx', digest, size: 12 }] }
    const registry = {
      version: async (id: string) => (id === modelVersionId ? registered : undefined),
      findVersion: async (_project: string, model: string) => (model === 'iris' ? registered : undefined),
    }
    kit = resources.use(
      await openTestServer({
        areas: ({ store, access }) => {
          const deps = { store, access, blobs, columnar, registry, log: silent, secret: modelServerSecret }
          serving = createServing({ ...deps, tempDirectory: join(home, 'tmp') })
          return [serving.area]
        },
      }),
    )
  })
  after(() => resources.disposeAsync())

  async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, as?: string) {
    const authorization = as === undefined ? (await kit.as('operator')).authorization : `Bearer ${as}`
    const raw = Buffer.isBuffer(body)
    const answer = await kit.server.inject({
      method,
      url: `${apiPrefix}${path}`,
      headers: { authorization, ...(raw ? { 'content-type': 'application/octet-stream' } : {}) },
      ...(body === undefined ? {} : { payload: raw ? body : (body as object) }),
    })
    const json = answer.headers['content-type']?.includes('json') ? answer.json() : {}
    return { status: answer.statusCode, json, bytes: answer.rawPayload }
  }
  const asServer = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    call(method, `/internal/model-server${path}`, body, modelServerSecret)

  async function snapshot(
    etag?: string,
    waitMs = 0,
  ): Promise<{ etag: string; snapshot: Snapshot } | undefined> {
    const query = new URLSearchParams({ wait_ms: String(waitMs), ...(etag ? { etag } : {}) })
    const { status, json } = await asServer('GET', `/snapshot?${query}`)
    assert.equal(status, 200, JSON.stringify(json))
    if (json.unchanged) return undefined
    return { etag: json.etag, snapshot: openSnapshot(json, modelServerSecret) }
  }

  async function report(deploymentId: string, requests: number, state = 'ready') {
    const taken = await snapshot()
    const revisions = taken?.snapshot.deployments.find((one) => one.id === deploymentId)?.revisions ?? []
    const { status, json } = await asServer('POST', '/report', {
      server_id: serverId,
      snapshot_version: taken?.snapshot.version,
      revisions: revisions.map(({ number }) => ({ deployment_id: deploymentId, number, state })),
      traffic: revisions
        .filter((one) => one.weight > 0)
        .map(({ number }) => ({
          deployment_id: deploymentId,
          number,
          minute,
          requests,
          errors: 0,
          rows: requests,
          latency: [0, 0, requests],
        })),
    })
    assert.equal(status, 200, JSON.stringify(json))
  }

  async function reconcile(rolloutId: string) {
    const handler = serving.area.work?.find((one) => one.kind === 'serving.rollout')
    const attempt = await lease(kit.store, 'serving.rollout', rolloutId)
    const item = { kind: 'serving.rollout', key: rolloutId, projectId: kit.projectId, payload: {} }
    await handler?.handle(item, attempt)
  }

  async function deploy(name: string): Promise<{ id: string; path: string }> {
    const path = `/projects/default/deployments/${name}`
    const made = await call('POST', '/projects/default/deployments', { name })
    assert.equal(made.status, 200, JSON.stringify(made.json))
    assert.equal(made.json.state, 'empty')
    const { json: rollout, status } = await call('POST', `${path}/rollouts`, { model: 'iris', version: '3' })
    assert.equal(status, 200, JSON.stringify(rollout))
    assert.match(rollout.waiting_for, /^(a live model server|revision 1 to be loaded)/)
    await report(made.json.id, 0)
    await reconcile(rollout.id)
    await report(made.json.id, 0)
    await reconcile(rollout.id)
    return { id: made.json.id, path }
  }

  it('deploys a model version and shows how it goes', async () => {
    const { id, path } = await deploy('flowers')
    await report(id, 40)
    const { json } = await call('GET', path)
    assert.equal(json.state, 'serving')
    assert.equal(json.inference_name, 'flowers')
    assert.deepEqual(json.weights, [{ revision: 1, weight: 100 }])
    assert.deepEqual(json.revisions[0].model, { name: 'iris', version: 3 })
    assert.equal(json.revisions[0].state, 'ready')
    assert.equal(json.last_hour.requests, 40)
    assert.equal(json.traffic.at(-1).requests, 40)
    assert.ok(json.traffic.at(-1).p99_ms > 0)
    assert.deepEqual(
      json.model_servers.map((one: { id: string; live: boolean }) => [one.id, one.live]),
      [[serverId, true]],
    )
    const { json: all } = await call('GET', `${path}/rollouts`)
    assert.equal(all.rollouts[0].state, 'completed')
    assert.equal(all.rollouts[0].steps[0].state, 'passed')
    const { json: list } = await call('GET', '/projects/default/deployments')
    assert.ok(list.deployments.some((one: { name: string }) => one.name === 'flowers'))
  })

  it('counts a report once, however often it comes', async () => {
    const { id, path } = await deploy('counted')
    await report(id, 7)
    await report(id, 7)
    await report(id, 5)
    const { json } = await call('GET', `${path}/traffic?minutes=5`)
    assert.equal(
      json.points.reduce((sum: number, one: { requests: number }) => sum + one.requests, 0),
      7,
    )
  })

  it('pauses, resumes, aborts and rolls back', async () => {
    const { id, path } = await deploy('steered')
    const steps = [{ percent: 10, requests: 1000 }]
    const { json: rollout } = await call('POST', `${path}/rollouts`, { model: 'iris', version: '3', steps })
    const again = await call('POST', `${path}/rollouts`, { model: 'iris', version: '3' })
    assert.equal(again.json.error.code, 'wrong_state')
    assert.equal((await call('POST', `${path}/rollouts/${rollout.id}/pause`)).json.state, 'paused')
    assert.equal((await call('POST', `${path}/rollouts/${rollout.id}/resume`)).json.state, 'waiting')
    await report(id, 0)
    await reconcile(rollout.id)
    assert.deepEqual((await call('GET', path)).json.weights, [
      { revision: 1, weight: 90 },
      { revision: 2, weight: 10 },
    ])
    const aborted = await call('POST', `${path}/rollouts/${rollout.id}/abort`, { reason: 'too slow' })
    assert.deepEqual([aborted.json.state, aborted.json.outcome_reason], ['aborted', 'too slow'])
    assert.deepEqual((await call('GET', path)).json.weights, [{ revision: 1, weight: 100 }])
    const back = await call('POST', `${path}/rollback`, {})
    assert.equal(back.json.error.code, 'wrong_state')
    const bad = await call('POST', `${path}/rollouts`, { model: 'iris', version: '3', abort_if: ['p99 > 3'] })
    assert.equal(bad.json.error.code, 'invalid_argument')
  })

  it('keeps loaded what an abort or a rollback would need, and nothing else', async () => {
    const { id, path } = await deploy('kept')
    const kept = async () =>
      (await snapshot())?.snapshot.deployments
        .find((one) => one.id === id)
        ?.revisions.map((one) => [one.number, one.weight])
    for (const revision of [2, 3]) {
      const { json } = await call('POST', `${path}/rollouts`, { model: 'iris', version: '3' })
      assert.deepEqual((await kept())?.at(-1), [revision, 0])
      await report(id, 0)
      await reconcile(json.id)
      await report(id, 0)
      await reconcile(json.id)
    }
    assert.deepEqual(await kept(), [
      [2, 0],
      [3, 100],
    ])
    await call('POST', `${path}/rollback`, {})
    assert.deepEqual((await call('GET', path)).json.weights, [{ revision: 2, weight: 100 }])
  })

  it('wakes a waiting model server when something changes, a token included', async () => {
    const first = await snapshot()
    assert.ok(first)
    assert.equal(await snapshot(first.etag), undefined)
    const next = snapshot(first.etag, 20_000)
    await call('POST', '/projects/default/deployments', { name: 'new' })
    const second = await next
    assert.ok(second)
    assert.ok(second.snapshot.deployments.some((one) => one.name === 'new'))
    await kit.as('reviewer')
    const third = await snapshot(second.etag, 20_000)
    assert.ok(third && third.snapshot.version > second.snapshot.version)
    assert.ok(third.snapshot.tokens.length > second.snapshot.tokens.length)
  })

  it('hands out models that are served, and nothing else', async () => {
    await deploy('given')
    assert.equal((await asServer('GET', `/blobs/${digest}`)).bytes.toString(), 'an ONNX file')
    assert.equal((await asServer('GET', `/blobs/${'0'.repeat(64)}`)).status, 404)
    assert.equal((await call('GET', `/internal/model-server/blobs/${digest}`)).status, 403)
  })

  it('takes a segment once', async () => {
    const name = `${serverId}-1`
    const put = (text: string) => asServer('PUT', `/segments/${name}`, Buffer.from(text))
    assert.equal((await put('bytes')).status, 200)
    assert.equal((await put('bytes')).status, 200)
    assert.equal((await put('others')).status, 409)
    const queued = await kit.store.read.selectFrom('work').selectAll().where('key', '=', name).execute()
    assert.equal(queued.length, 1)
  })

  it('takes labels and tells how many rows have one', async () => {
    const { path } = await deploy('labelled')
    const labels = [
      { request_id: 'a', value: 1 },
      { request_id: 'b', value: 'two' },
    ]
    const { json } = await call('POST', `${path}/labels`, { labels })
    assert.equal(json.accepted, 2)
    const { json: coverage } = await call('GET', `${path}/labels/coverage`)
    assert.equal(coverage.received, 2)
    const bad = await call('POST', `${path}/labels`, { labels: [{ value: 1 }] })
    assert.match(bad.json.error.message, /labels\[0\] must have prediction_id or request_id/)
    assert.deepEqual((await call('GET', `${path}/predictions`)).json, { predictions: [] })
  })

  it('deletes a deployment, and the name is free again', async () => {
    const { id, path } = await deploy('gone')
    assert.equal((await call('DELETE', path)).status, 200)
    assert.equal((await call('GET', path)).status, 404)
    assert.ok(!(await snapshot())?.snapshot.deployments.some((one) => one.id === id))
    await deploy('gone')
  })
})
