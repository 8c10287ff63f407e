import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { linearModel } from '../../../test/kit/onnx.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import { openBlobs } from '../../blobs/open.ts'
import { type Artifacts, createArtifacts } from '../artifacts/index.ts'
import { inspectModel } from '../serving/onnx/index.ts'
import { createTracking, type Tracking } from '../tracking/index.ts'
import { createRegistry, type Registry } from './index.ts'

const principal = system('test')
let directory: string
let server: TestServer
let artifacts: Artifacts
let tracking: Tracking
let registry: Registry
let headers: { authorization: string }

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-registry-'))
  const blobs = await openBlobs({ kind: 'local', home: directory })
  server = await openTestServer({
    areas: ({ store }) => {
      artifacts = createArtifacts({ store, blobs })
      tracking = createTracking({ store, artifacts })
      registry = createRegistry({ store, blobs, artifacts, tracking, inspectModel })
      return [artifacts.area, tracking.area, registry.area]
    },
  })
  headers = await server.as('platform')
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const response = await server.server.inject({
    method,
    url: `/api/slipway/v1/projects/default${path}`,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: response.statusCode, body: response.json(), raw: response }
}

async function newRun(model: Buffer): Promise<string> {
  const { store, projectId } = server
  const id = await store.transact(principal, (tx) => tracking.createRun(tx, { projectId, name: 'trained' }))
  await tracking.logParams(projectId, id, [{ key: 'lr', value: String(model.length) }])
  await tracking.logMetrics(projectId, id, [{ key: 'acc', value: 0.5, step: 0, time: 1 }])
  const root = (await tracking.run(projectId, id)).artifactUri.replace('mlflow-artifacts:/', '')
  await artifacts.upload({ principal, projectId, path: `${root}/model/model.onnx`, bytes: model })
  await artifacts.upload({
    principal,
    projectId,
    path: `${root}/model/notes.txt`,
    bytes: Buffer.from('notes'),
  })
  return id
}

async function register(name: string, model: Buffer) {
  const runId = await newRun(model)
  const { status, body } = await call('POST', `/models/${name}/versions`, { run_id: runId, path: 'model' })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

test('registering takes in the files of a run and reads the signature', async () => {
  const made = await register('digits', linearModel([[1, 2]]))
  assert.equal(made.version, 1)
  assert.equal(made.servable, true)
  assert.deepEqual(
    made.files.map((file: { path: string }) => file.path),
    ['model.onnx', 'notes.txt'],
  )
  assert.equal(made.signature.inputs[0].datatype, 'FP32')
  assert.equal(made.lineage.run.name, 'trained')
  assert.deepEqual(Object.keys(made.run_metrics), ['acc'])
  const file = await server.server.inject({
    url: '/api/slipway/v1/projects/default/models/digits/versions/1/file?path=notes.txt',
    headers,
  })
  assert.deepEqual([file.statusCode, file.body], [200, 'notes'])
  assert.equal(file.headers['x-content-type-options'], 'nosniff')
  const ofRun = await call('GET', `/runs/${made.run_id}/models`)
  assert.deepEqual(
    ofRun.body.versions.map((version: { id: string }) => version.id),
    [made.id],
  )
})

test('a model that is no ONNX is refused and leaves nothing', async () => {
  const runId = await newRun(Buffer.from('not a model'))
  const { status, body } = await call('POST', '/models/broken/versions', { run_id: runId })
  assert.deepEqual([status, body.error.code], [400, 'invalid_model'])
  assert.equal((await call('GET', '/models/broken')).status, 404)
})

test('files given by digest are registered in one transaction, the model made when it is new', async () => {
  const { store, projectId } = server
  const root = (await tracking.run(projectId, await newRun(linearModel([[3, 4]])))).artifactUri
  const files = await artifacts.files(projectId, root.replace('mlflow-artifacts:/', ''))
  const made = await store.transact(principal, (tx) =>
    registry.registerVersion(tx, { projectId, model: 'by-digest', files }),
  )
  assert.equal(made.version, 1)
  const version = await registry.version(made.id)
  assert.equal(version?.signature?.inputs.length, 1)
  await assert.rejects(
    store.transact(principal, async (tx) => {
      await registry.registerVersion(tx, { projectId, model: 'by-digest', files })
      throw new SlipwayError('conflict', 'undo')
    }),
  )
  assert.equal((await registry.findVersion(projectId, 'by-digest', 'latest'))?.version, 1)
})

test('aliases, evaluations and comparison', async () => {
  const { store, projectId } = server
  const a = await register('compared', linearModel([[1, 2]]))
  const b = await register('compared', linearModel([[1], [2]]))
  const alias = await call('PUT', '/models/compared/aliases/champion', { version: 1 })
  assert.deepEqual(alias.body.aliases, [{ alias: 'champion', version: 1 }])
  assert.equal((await registry.findVersion(projectId, 'compared', 'champion'))?.id, a.id)
  const datasetVersionId = uuidv7()
  for (const [version, accuracy] of [
    [a, 0.9],
    [b, 0.8],
  ] as const) {
    await store.transact(principal, (tx) =>
      registry.recordEvaluation(tx, {
        modelVersionId: version.id,
        datasetVersionId,
        dataset: 'digits 3',
        metrics: { accuracy },
        slices: [{ by: 'camera', value: 'a', rows: 5, metrics: { accuracy } }],
        source: 'platform',
      }),
    )
  }
  assert.equal((await registry.evaluations(a.id))[0]?.metrics.accuracy, 0.9)
  const { body } = await call('GET', '/models/compared/compare?a=champion&b=latest')
  assert.deepEqual([body.a.version, body.b.version], [1, 2])
  assert.deepEqual(body.metrics, [{ key: 'accuracy', a: 0.9, b: 0.8 }])
  assert.equal(body.signature.compatible, false)
  assert.deepEqual(
    body.files.map((file: { path: string }) => file.path),
    ['model.onnx'],
  )
  const listed = await call('GET', '/models')
  const model = listed.body.models.find((one: { name: string }) => one.name === 'compared')
  assert.deepEqual([model.versions, model.latest.version, model.latest.metrics], [2, 2, { accuracy: 0.8 }])
  const versions = await call('GET', '/models/compared/versions?limit=1')
  assert.equal(versions.body.versions[0].version, 2)
  const rest = await call('GET', `/models/compared/versions?limit=1&cursor=${versions.body.next}`)
  assert.deepEqual([rest.body.versions[0].version, rest.body.next], [1, undefined])
})

test('runs in the API: list, filter, history, files, tags', async () => {
  const id = await newRun(linearModel([[9, 9]]))
  await tracking.logMetrics(server.projectId, id, [
    { key: 'odd', value: Number.NaN, step: 0, time: 1 },
    { key: 'odd', value: -Infinity, step: 1, time: 1 },
  ])
  const filter = encodeURIComponent("metrics.odd < 0 and params.lr != 'x'")
  const { body } = await call(
    'GET',
    `/runs?experiment=0&filter=${filter}&order=metrics.odd%20desc,start_time`,
  )
  assert.deepEqual(
    body.runs.map((run: { id: string }) => run.id),
    [id],
  )
  assert.deepEqual(body.runs[0].metrics.odd, {
    value: '-Infinity',
    step: 1,
    time: 1,
    min: '-Infinity',
    max: '-Infinity',
    count: 2,
  })
  const history = await call('GET', `/runs/${id}/history?key=odd`)
  assert.deepEqual(history.body.points, [
    { step: 0, time: 1, value: 'NaN' },
    { step: 1, time: 1, value: '-Infinity' },
  ])
  const changed = await call('PATCH', `/runs/${id}`, { name: 'renamed', tags: { team: 'vision' } })
  assert.deepEqual([changed.body.name, changed.body.tags.team], ['renamed', 'vision'])
  const files = await call('GET', `/runs/${id}/artifacts?path=model`)
  assert.deepEqual(
    files.body.artifacts.map((file: { path: string }) => file.path),
    ['model/model.onnx', 'model/notes.txt'],
  )
  assert.equal((await call('GET', `/runs/${id}/artifact?path=../../x`)).status, 400)
  assert.equal((await call('DELETE', `/runs/${id}`)).status, 200)
  assert.equal((await call('POST', `/runs/${id}/restore`)).body.deleted, false)
  const experiments = await call('GET', '/experiments')
  assert.equal(experiments.body.experiments[0].name, 'Default')
})
