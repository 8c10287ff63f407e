import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { type Principal, system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { openBlobs } from '../../blobs/open.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { inspectModel } from '../serving/onnx/index.ts'
import { createTracking, type Tracking } from '../tracking/index.ts'
import { changeModel, createRegistry, deleteVersion, moveToStage, type Registry } from './index.ts'

const principal: Principal = system('test')
let directory: string
let server: TestServer
let blobs: Blobs
let tracking: Tracking
let registry: Registry

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-history-'))
  blobs = await openBlobs({ kind: 'local', home: directory })
  server = await openTestServer({
    areas: ({ store }) => {
      const artifacts = createArtifacts({ store, blobs })
      tracking = createTracking({ store, artifacts })
      registry = createRegistry({ store, blobs, artifacts, tracking, inspectModel })
      return [registry.area]
    },
  })
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
async function call(method: Method, path: string, body?: object) {
  const response = await server.server.inject({
    method,
    url: `/api/slipway/v1/projects/default/models${path}`,
    headers: await server.as('platform'),
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: response.statusCode, body: response.json() }
}

/** Registers a version with files of these texts. */
async function register(model: string, files: Record<string, string> = {}, runId?: string): Promise<number> {
  const { store, projectId } = server
  const taken = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({ path, ...(await blobs.put(Buffer.from(text))) })),
  )
  const made = await store.transact(principal, (tx) =>
    registry.registerVersion(tx, { projectId, model, files: taken, runId }),
  )
  return made.version
}

const moves = async (model: string) =>
  (await call('GET', `/${model}/history`)).body.entries.map(
    (one: { kind: string; name: string; before: string; after: string; rollback: boolean }) =>
      `${one.kind} ${one.name}: ${one.before} → ${one.after}${one.rollback ? ' (rollback)' : ''}`,
  )

test('an alias goes back one move after another, and the history says so', async () => {
  for (let version = 1; version <= 3; version += 1) {
    await register('ship')
    await call('PUT', '/ship/aliases/champion', { version })
  }
  const champion = async (body = {}) => {
    const { status, body: model } = await call('POST', '/ship/aliases/champion/rollback', body)
    return status === 200 ? model.aliases[0].version : model.error.code
  }
  assert.equal(await champion(), 2)
  assert.equal(await champion(), 1)
  assert.equal(await champion(), 'wrong_state')
  await call('PUT', '/ship/aliases/champion', { version: 3 })
  assert.equal(await champion({ version: 3 }), 'wrong_state')
  assert.equal(await champion({ version: 9 }), 'wrong_state')
  assert.equal(await champion({ version: 1 }), 1)
  assert.equal((await call('POST', '/ship/aliases/nobody/rollback', {})).status, 400)
  assert.deepEqual((await moves('ship')).slice(0, 4), [
    'alias champion: 3 → 1 (rollback)',
    'alias champion: 1 → 3',
    'alias champion: 2 → 1 (rollback)',
    'alias champion: 3 → 2 (rollback)',
  ])
  const audited = await server.store.read
    .selectFrom('audit_entries')
    .select('details')
    .where('action', '=', 'model_alias.rollback')
    .where('subject_id', '=', 'ship@champion')
    .execute()
  assert.equal(audited.length, 3)
})

test('a stage that archives others leaves a move of each, and no move leaves nothing', async () => {
  const { store, projectId } = server
  await register('staged')
  await register('staged')
  for (const version of [1, 2, 2]) {
    const move = { stage: 'Production', archiveOthers: true } as const
    await store.transact(principal, (tx) => moveToStage(tx, projectId, 'staged', version, move))
  }
  assert.deepEqual(await moves('staged'), [
    'stage 2: None → Production',
    'stage 1: Production → Archived',
    'stage 1: None → Production',
  ])
})

test('deleting a version ends its aliases in the history', async () => {
  const { store, projectId } = server
  await register('gone')
  await call('PUT', '/gone/aliases/best', { version: 1 })
  await store.transact(principal, (tx) => deleteVersion(tx, projectId, 'gone', 1))
  assert.deepEqual(await moves('gone'), ['alias best: 1 → null', 'alias best: null → 1'])
})

const mlmodel = (columns: string) => `
flavors:
  python_function: {python_version: 3.11.4}
  sklearn: {sklearn_version: 1.5.2, pickled_model: model.pkl}
saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
signature: {inputs: '${columns}', outputs: '[{"type": "double", "name": "y", "required": true}]'}
`
const one = '[{"type": "double", "name": "x", "required": true}]'
const two =
  '[{"type": "double", "name": "x", "required": true}, {"type": "long", "name": "n", "required": true}]'

test('a version says what it needs and takes; two are compared by all that they are made of', async () => {
  const { store, projectId } = server
  const runId = await store.transact(principal, (tx) => tracking.createRun(tx, { projectId, name: 'fit' }))
  await tracking.logParams(projectId, runId, [{ key: 'lr', value: '0.1' }])
  await register('trees', {
    MLmodel: mlmodel(one),
    'requirements.txt': 'scikit-learn==1.5.2\nnumpy==2.0\n',
    'python_env.yaml': 'python: 3.11.4\n',
    'input_example.json': '{"columns": ["x"], "data": [[1]]}',
    'model.pkl': 'a',
  })
  const after = {
    MLmodel: mlmodel(two),
    'requirements.txt': 'scikit-learn==1.6\nnumpy==2.0\n',
    'model.pkl': 'bb',
  }
  await register('trees', after, runId)
  const { body: contents } = await call('GET', '/trees/versions/1/contents')
  assert.deepEqual(contents.flavors, [
    { name: 'python_function', version: '3.11.4' },
    { name: 'sklearn', version: '1.5.2' },
  ])
  assert.deepEqual(
    contents.dependencies.map((each: { name: string; requirement: string }) => each.name + each.requirement),
    ['numpy==2.0', 'python==3.11.4', 'scikit-learn==1.5.2'],
  )
  assert.deepEqual(contents.example, {
    path: 'input_example.json',
    text: '{"columns": ["x"], "data": [[1]]}',
    truncated: false,
  })
  const { body } = await call('GET', '/trees/compare?a=1&b=2')
  assert.deepEqual(body.environment, [
    { key: 'python', a: '==3.11.4', b: null },
    { key: 'scikit-learn', a: '==1.5.2', b: '==1.6' },
  ])
  assert.deepEqual(
    body.files
      .map((file: { path: string; a: { size: number }; b: { size: number } }) => [
        file.path,
        file.a?.size,
        file.b?.size,
      ])
      .slice(-1),
    [['requirements.txt', 31, 29]],
  )
  assert.deepEqual(body.params, [{ key: 'lr', a: null, b: '0.1' }])
  assert.deepEqual(body.signature, { compatible: false, reasons: ['input `n` is new'], notes: [] })
})

test('models are found by part of their name, prompts apart from them', async () => {
  const { store, projectId } = server
  await register('find-Me')
  await register('ask-me')
  const setTag = { key: 'mlflow.prompt.is_prompt', value: 'true' }
  await store.transact(principal, (tx) => changeModel(tx, projectId, 'ask-me', { setTag }))
  const names = async (query: string) =>
    (await call('GET', `?${query}`)).body.models.map((model: { name: string }) => model.name)
  assert.deepEqual(await names('search=ME'), ['find-Me'])
  assert.deepEqual(await names('search=me&prompts=true'), ['ask-me'])
  assert.equal((await call('GET', '/ask-me/versions')).body.versions.length, 1)
})

test('a model and a version are described and tagged in one change', async () => {
  await register('said')
  const made = await call('PATCH', '/said', { description: 'the one', tags: { team: 'a', old: null } })
  assert.deepEqual(
    [made.body.description, made.body.tags, made.body.owner],
    ['the one', { team: 'a' }, 'test'],
  )
  const version = await call('PATCH', '/said/versions/1', { description: '# First', tags: { ok: 'yes' } })
  assert.deepEqual([version.body.description, version.body.tags], ['# First', { ok: 'yes' }])
})

test('bytes that are not what their digest says are not made a version', async () => {
  const { projectId, store } = server
  const runId = await store.transact(principal, (tx) => tracking.createRun(tx, { projectId, name: 'rot' }))
  const run = await tracking.run(projectId, runId)
  const { digest } = await blobs.put(Buffer.from('sound'))
  const root = run.artifactUri.replace('mlflow-artifacts:/', '')
  await store.transact(principal, (tx) =>
    createArtifacts({ store, blobs }).write(tx, { projectId, path: `${root}/m/model.pkl`, digest, size: 5 }),
  )
  const path = await blobs.localPath(digest)
  const { chmod } = await import('node:fs/promises')
  await chmod(path, 0o600)
  await writeFile(path, 'rotten')
  const refused = await call('POST', '/rotten/versions', { run_id: runId, path: 'm' })
  assert.equal(refused.body.error.code, 'blob_corrupt')
  assert.equal((await call('GET', '/rotten')).status, 404)
})
