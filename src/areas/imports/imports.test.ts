import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { system } from '../../base/principal.ts'
import { openBlobs } from '../../blobs/open.ts'
import type { ImportRecord, RunRecord } from '../../contract/records.ts'
import { createProject } from '../access/index.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createRegistry } from '../registry/index.ts'
import { createTracking } from '../tracking/index.ts'
import { createImports } from './index.ts'

let t: TestServer
let home: string
let importId: string
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-imports-'))
  const blobs = await openBlobs({ kind: 'local', home })
  t = await openTestServer({
    areas({ store }) {
      const artifacts = createArtifacts({ store, blobs })
      const tracking = createTracking({ store, artifacts })
      const inspectModel = async () => ({ inputs: [], outputs: [] })
      const registry = createRegistry({ store, blobs, artifacts, tracking, inspectModel })
      return [createImports({ store, artifacts, tracking, registry }).area]
    },
  })
  const begun = await ask('platform', 'POST', '', { source: 'sqlite:///somewhere.db' })
  assert.equal(begun.statusCode, 200, begun.body)
  importId = begun.json().id
})
after(async () => {
  await t[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

type Role = Parameters<TestServer['as']>[0]

async function ask(role: Role, method: 'GET' | 'POST', path: string, payload?: object, project = 'default') {
  return await t.server.inject({
    method,
    url: `/api/slipway/v1/projects/${project}/imports${path}`,
    headers: { ...(await t.as(role)), 'content-type': 'application/json' },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  })
}

const write = (records: readonly ImportRecord[]) =>
  ask('platform', 'POST', `/${importId}/records`, { records })

const experiment = {
  kind: 'experiment',
  id: '7',
  name: 'there',
  artifact_location: 'mlflow-artifacts:/7',
  deleted: false,
  created: 1,
  updated: 2,
  tags: {},
} as const satisfies ImportRecord

function runOf(digit: string, more: Partial<RunRecord> = {}): RunRecord {
  return {
    kind: 'run',
    id: digit.repeat(32),
    experiment_id: '7',
    name: 'a run',
    user: 'me',
    status: 'finished',
    start: 1,
    end: 2,
    deleted: false,
    artifact_uri: '',
    params: {},
    tags: {},
    datasets: [],
    ...more,
  }
}

test('only who administers the project may import; another project has no part in it', async () => {
  for (const role of ['viewer', 'contributor', 'operator'] as const) {
    assert.equal((await ask(role, 'POST', '', { source: 'x' })).statusCode, 403, role)
  }
  await t.store.transact(system('test'), (tx) => createProject(tx, { name: 'elsewhere' }))
  const path = `/${importId}/records`
  const asked = await ask('platform', 'POST', path, { records: [experiment] }, 'elsewhere')
  assert.equal(asked.statusCode, 404)
})

test('what is sent again is not there twice, and is brought up to date', async () => {
  const points: ImportRecord = {
    kind: 'points',
    run_id: 'a'.repeat(32),
    key: 'loss',
    steps: [1, 2, 2],
    times: [1, 2, 2],
    values: [1, 'NaN', 0.5],
  }
  for (const status of ['running', 'finished'] as const) {
    const answer = await write([experiment, runOf('a', { status, params: { lr: '1' } }), points])
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json().targets, ['7', 'a'.repeat(32), ''])
  }
  const { read } = t.store
  const runs = await read.selectFrom('runs').select(['status', 'start_ms', 'user_name']).execute()
  assert.deepEqual(runs, [{ status: 'finished', start_ms: 1, user_name: 'me' }])
  const { count } = await read.selectFrom('metric_summaries').select('count').executeTakeFirstOrThrow()
  assert.equal(count, 3)
})

test('a run that is deleted there is deleted here, with the points that came before', async () => {
  const id = 'b'.repeat(32)
  const points = { kind: 'points' as const, run_id: id, key: 'm', steps: [1], times: [1], values: [1] }
  const done = { kind: 'done' as const, of: 'run' as const, id, digest: 'x' }
  const answer = await write([runOf('b'), points, runOf('b', { deleted: true }), done])
  assert.equal(answer.statusCode, 200, answer.body)
  const row = await t.store.read
    .selectFrom('runs')
    .select('deleted_ms')
    .where('id', '=', id)
    .executeTakeFirst()
  assert.ok(row?.deleted_ms)
  const { items } = (await ask('platform', 'GET', `/${importId}/items`)).json()
  assert.deepEqual(items, [
    { kind: 'experiment', source_id: '7', target_id: '7', digest: '' },
    { kind: 'run', source_id: id, target_id: id, digest: 'x' },
  ])
})

test('what can not be kept is refused with the reason', async () => {
  const points = {
    kind: 'points' as const,
    run_id: 'a'.repeat(32),
    key: 'm',
    steps: [1],
    times: [],
    values: [1],
  }
  const cases: readonly (readonly [ImportRecord, RegExp])[] = [
    [runOf('c', { experiment_id: '99' }), /Experiment 99 of the source was not imported/],
    [runOf('c', { name: 'a\0b' }), /U\+0000/],
    [runOf('c', { params: { '\ud800': '1' } }), /well-formed/],
    [points, /different lengths/],
    [{ ...points, run_id: 'd'.repeat(32), times: [1] }, /not found/],
  ]
  for (const [record, reason] of cases) {
    const answer = await write([record])
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body)
    assert.match(answer.body, reason)
  }
})

test('a place on a machine becomes a place of the platform; one elsewhere stays', async () => {
  const uris = [
    '/home/me/mlruns/7',
    'file:///etc',
    's3://bucket/x',
    'mlflow-artifacts://old:5000/7/x',
    'mlflow-artifacts:/../..',
  ]
  const digits = ['1', '2', '3', '4', '5']
  const answer = await write(uris.map((artifact_uri, at) => runOf(digits[at] ?? '', { artifact_uri })))
  assert.equal(answer.statusCode, 200, answer.body)
  const rows = await t.store.read
    .selectFrom('runs')
    .select('artifact_uri')
    .where(
      'id',
      'in',
      digits.map((digit) => digit.repeat(32)),
    )
    .orderBy('id')
    .execute()
  const own = (digit: string) => `mlflow-artifacts:/7/${digit.repeat(32)}/artifacts`
  assert.deepEqual(
    rows.map((row) => row.artifact_uri),
    [own('1'), own('2'), 's3://bucket/x', 'mlflow-artifacts:/7/x', own('5')],
  )
})
