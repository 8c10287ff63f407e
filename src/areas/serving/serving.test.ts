import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { modelServerSecret, openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { addModel } from '../../../test/kit/onnx.ts'
import { uuidv7 } from '../../base/id.ts'
import { silent } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { openBlobs } from '../../blobs/open.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import { createColumnar } from '../../columnar/pool.ts'
import { createWorker } from '../../store/index.ts'
import { tester } from './fixture.ts'
import { createServing, type Serving } from './index.ts'
import { inferRows, startModelServer, type TestModelServer } from './model-server/fixture.ts'

const signature = {
  inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 2], columns: ['a', 'b'] }],
  outputs: [{ name: 'output', datatype: 'FP32', shape: [-1, 2], columns: ['a', 'b'] }],
}

/** The control plane over HTTP, a worker and a model server, with real models. */
describe('control plane and model server together', () => {
  const resources = new AsyncDisposableStack()
  let kit: TestServer
  let serving: Serving
  let blobs: Blobs
  let columnar: Columnar
  let models: TestModelServer
  let deploymentId: string

  before(async () => {
    const home = await mkdtemp(join(tmpdir(), 'serving-whole-'))
    resources.defer(() => rm(home, { recursive: true, force: true }))
    blobs = await openBlobs({ kind: 'local', home })
    columnar = resources.use(createColumnar({ tempDirectory: join(home, 'spill') }))
    const registry = { version: async () => undefined, findVersion: async () => undefined }
    kit = resources.use(
      await openTestServer({
        areas: ({ store, access }) => {
          const deps = { store, access, blobs, columnar, registry, log: silent, secret: modelServerSecret }
          serving = createServing({ ...deps, auth: 'none', tempDirectory: join(home, 'tmp') })
          return [serving.area]
        },
      }),
    )
    await kit.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = kit.server.server.address() as AddressInfo
    const stop = new AbortController()
    const worker = createWorker(kit.store, { handlers: serving.area.work ?? [], log: silent })
    const working = worker.run(stop.signal)
    resources.defer(async () => {
      stop.abort()
      await working
    })
    models = resources.use(await startModelServer(`http://127.0.0.1:${port}`, { secret: modelServerSecret }))
    deploymentId = await kit.store.transact(tester, (tx) =>
      serving.ensureDeployment(tx, { projectId: kit.projectId, name: 'adder' }),
    )
  })
  after(() => resources.disposeAsync())

  const traffic = { sent: 0, failed: 0, answers: new Map<string, { requestId: string; sum: number }>() }

  async function ask(): Promise<number> {
    const requestId = uuidv7()
    traffic.sent++
    const { status, headers, json } = await inferRows(models.url, 'adder', [[1, 2]], { id: requestId })
    if (status !== 200) {
      traffic.failed++
      return Number.NaN
    }
    const sum = Number(Object(json).outputs[0].data[0])
    traffic.answers.set(String(headers['slipway-prediction-id']), { requestId, sum })
    return sum
  }

  async function rollOut(added: number, steps: { percent: number; requests?: number }[]) {
    const { digest } = await blobs.put(addModel(added))
    const revision = { modelVersionId: uuidv7(), digest, signature }
    const id = await kit.store.transact(tester, (tx) =>
      serving.startRollout(tx, {
        deploymentId,
        ...revision,
        steps,
        abortIf: ['error_rate > 0%'],
        reason: 'a test',
      }),
    )
    return { id, ended: ended(id, steps.length > 0) }
  }

  /** Keeps asking, if so wished, until the rollout has ended. */
  async function ended(id: string, asking: boolean) {
    for (;;) {
      const rollout = await serving.rollout(id)
      if (rollout?.state === 'completed' || rollout?.state === 'aborted') return rollout
      if (asking) await ask()
      await delay(5)
    }
  }

  it('changes the version under traffic without a failed request', { timeout: 60_000 }, async () => {
    assert.equal((await (await rollOut(10, [])).ended).state, 'completed')
    assert.equal(await ask(), 11)
    const second = await rollOut(20, [
      { percent: 30, requests: 10 },
      { percent: 100, requests: 10 },
    ])
    assert.deepEqual((await second.ended).state, 'completed')
    assert.equal(traffic.failed, 0)
    assert.deepEqual(new Set([...traffic.answers.values()].map((one) => one.sum)), new Set([11, 21]))
    assert.equal(await ask(), 21)
    const steps = await kit.store.read
      .selectFrom('rollout_steps')
      .select(['percent', 'outcome', 'evidence'])
      .where('rollout_id', '=', second.id)
      .orderBy('position')
      .execute()
    assert.deepEqual(
      steps.map((step) => [step.percent, step.outcome]),
      [
        [30, 'passed'],
        [100, 'passed'],
      ],
    )
    for (const { evidence } of steps) assert.ok(Object(evidence).revision.requests >= 10)
  })

  it('goes back by one call', { timeout: 30_000 }, async () => {
    await kit.store.transact(tester, (tx) => serving.rollback(tx, deploymentId, { reason: 'a test' }))
    while ((await ask()) !== 11) await delay(5)
    assert.equal(traffic.failed, 0)
  })

  it('keeps every answer once, and joins its label', { timeout: 60_000 }, async () => {
    const rows = async () => (await serving.parts(deploymentId)).reduce((sum, part) => sum + part.rows, 0)
    while ((await rows()) < traffic.answers.size) await delay(20)
    const labels = [...traffic.answers.values()]
      .slice(0, 5)
      .map(({ requestId }) => ({ request_id: requestId, value: 11 }))
    const { authorization } = await kit.as('contributor')
    const answer = await kit.server.inject({
      method: 'POST',
      url: '/api/slipway/v1/projects/default/deployments/adder/labels',
      headers: { authorization },
      payload: { labels },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    const paths = await Promise.all(
      (await serving.parts(deploymentId)).map((part) => blobs.localPath(part.digest)),
    )
    const logged = await columnar.query({
      statements: ['select * from read_parquet({{paths}})'],
      files: { paths },
    })
    assert.deepEqual(logged.map((row) => row.id).sort(), [...traffic.answers.keys()].sort())
    for (const row of logged) assert.equal(row.out_a, traffic.answers.get(String(row.id))?.sum)
    await using labelled = await serving.labelledPredictions({ deploymentId })
    assert.equal(labelled?.rows, 5)
  })
})
