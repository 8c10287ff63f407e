import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { uuidv7 } from '../../base/id.ts'
import { type Role, system } from '../../base/principal.ts'
import { openBlobs } from '../../blobs/open.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createRegistry, type Registry } from '../registry/index.ts'
import { inspectModel } from '../serving/onnx/index.ts'
import { createTracking, type Tracking } from '../tracking/index.ts'
import { createNotes } from './index.ts'

let directory: string
let server: TestServer
let tracking: Tracking
let registry: Registry

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-notes-'))
  const blobs = await openBlobs({ kind: 'local', home: directory })
  server = await openTestServer({
    areas: ({ store, access }) => {
      const artifacts = createArtifacts({ store, blobs })
      tracking = createTracking({ store, artifacts })
      registry = createRegistry({ store, blobs, artifacts, tracking, inspectModel })
      return [createNotes({ store, access, tracking, registry }).area]
    },
  })
  for (const role of ['viewer', 'contributor', 'reviewer'] as const) await server.as(role)
})
after(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
async function call(role: Role, method: Method, path: string, body?: object) {
  const response = await server.server.inject({
    method,
    url: `/api/slipway/v1/projects/default${path}`,
    headers: await server.as(role),
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: response.statusCode, body: response.json() }
}

async function newRun(name: string): Promise<string> {
  const { store, projectId } = server
  return await store.transact(system('test'), (tx) => tracking.createRun(tx, { projectId, name }))
}

const say = (role: Role, run: string, body: string) =>
  call(role, 'POST', '/comments', { subject_type: 'run', subject_id: run, body })

test('a comment is told to those whom it mentions, once, until they have read it', async () => {
  const run = await newRun('odd-loss')
  const made = await say('contributor', run, 'The loss jumps, @a-reviewer, @a-contributor and @nobody?')
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.deepEqual([made.body.author, made.body.mentions], ['a-contributor', ['a-reviewer']])

  const inbox = await call('reviewer', 'GET', '/inbox')
  assert.equal(inbox.body.unread, 1)
  assert.deepEqual(inbox.body.mentions[0].subject, { type: 'run', id: run, title: 'odd-loss' })
  assert.equal(inbox.body.mentions[0].comment.id, made.body.id)
  assert.equal((await call('contributor', 'GET', '/inbox')).body.mentions.length, 0)

  const read = await call('reviewer', 'POST', '/inbox/read', { comments: [made.body.id] })
  assert.equal(read.body.unread, 0)
  const edited = await call('contributor', 'PATCH', `/comments/${made.body.id}`, {
    body: 'Again @a-reviewer and @a-viewer',
  })
  assert.deepEqual(edited.body.mentions, ['a-reviewer', 'a-viewer'])
  assert.equal((await call('reviewer', 'GET', '/inbox')).body.unread, 0)
  assert.equal((await call('viewer', 'GET', '/inbox?unread=true')).body.mentions.length, 1)
})

test('an edit that names someone no more takes it out of their inbox, a deletion too', async () => {
  const run = await newRun('second')
  const made = await say('contributor', run, '@a-reviewer')
  const before = (await call('reviewer', 'GET', '/inbox')).body.unread
  await call('contributor', 'PATCH', `/comments/${made.body.id}`, { body: 'never mind' })
  assert.equal((await call('reviewer', 'GET', '/inbox')).body.unread, before - 1)
  assert.equal((await call('contributor', 'DELETE', `/comments/${made.body.id}`)).status, 200)
  const left = await call('viewer', 'GET', `/comments?subject_type=run&subject_id=${run}`)
  assert.deepEqual(left.body.comments, [])
})

test('comments are on what exists, by those who may, and changed by their author only', async () => {
  const run = await newRun('third')
  const made = await say('contributor', run, 'mine')
  assert.equal((await call('reviewer', 'PATCH', `/comments/${made.body.id}`, { body: 'x' })).status, 403)
  assert.equal((await call('reviewer', 'DELETE', `/comments/${made.body.id}`)).status, 403)
  assert.equal((await say('viewer', run, 'hello')).status, 403)
  assert.equal((await say('contributor', '0'.repeat(32), 'hello')).status, 404)
  assert.equal((await say('contributor', run, ' \n')).status, 400)
  assert.equal((await say('contributor', run, 'a\0b')).status, 400)
  const version = { subject_type: 'model_version', subject_id: uuidv7(), body: 'x' }
  assert.equal((await call('contributor', 'POST', '/comments', version)).status, 404)
})

test('a comment on a model version is shown with model and number', async () => {
  const { store, projectId } = server
  const made = await store.transact(system('test'), (tx) =>
    registry.registerVersion(tx, { projectId, model: 'digits', files: [] }),
  )
  const on = { subject_type: 'model_version', subject_id: made.id, body: '@a-viewer ready?' }
  assert.equal((await call('contributor', 'POST', '/comments', on)).status, 200)
  const { mentions } = (await call('viewer', 'GET', '/inbox')).body
  assert.deepEqual(mentions[0].subject, {
    type: 'model_version',
    id: made.id,
    title: 'digits v1',
    model: 'digits',
    version: 1,
  })
})

test('comments come in pages, oldest first', async () => {
  const run = await newRun('long')
  for (const text of ['one', 'two', 'three']) await say('contributor', run, text)
  const url = `/comments?subject_type=run&subject_id=${run}&limit=2`
  const first = await call('viewer', 'GET', url)
  const second = await call('viewer', 'GET', `${url}&cursor=${first.body.next}`)
  const texts = [...first.body.comments, ...second.body.comments].map((one) => one.body)
  assert.deepEqual(texts, ['one', 'two', 'three'])
  assert.equal(second.body.next, undefined)
})

test('a view is private until shared, and only its owner or an admin takes it away', async () => {
  const view = { page: 'runs', name: 'best', state: { filter: 'metrics.acc > 0.9', columns: ['a'] } }
  const made = await call('contributor', 'POST', '/views', view)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.deepEqual([made.body.own, made.body.shared, made.body.state], [true, false, view.state])
  assert.equal((await call('contributor', 'POST', '/views', view)).status, 409)
  assert.deepEqual((await call('reviewer', 'GET', '/views?page=runs')).body.views, [])
  const path = `/views/${made.body.id}`
  assert.equal((await call('reviewer', 'DELETE', path)).status, 404)
  assert.equal((await call('contributor', 'PATCH', path, { shared: true })).body.shared, true)
  const seen = (await call('viewer', 'GET', '/views?page=runs')).body.views
  assert.deepEqual([seen[0].own, seen[0].owner], [false, 'a-contributor'])
  assert.equal((await call('reviewer', 'PATCH', path, { name: 'x' })).status, 403)
  assert.equal((await call('reviewer', 'DELETE', path)).status, 403)
  assert.equal((await call('admin', 'DELETE', path)).status, 200)
})

test('a view holds at most 64 KiB', async () => {
  const view = { page: 'runs', name: 'huge', state: { filter: 'x'.repeat(70_000) } }
  assert.equal((await call('contributor', 'POST', '/views', view)).status, 413)
})

const chart = { kind: 'chart', runs: { filter: "tags.team = 'a'" }, metrics: ['loss'], x: 'step' }

test('each save of a report is a version, and nobody overwrites what they have not seen', async () => {
  const first = { title: 'Week 1', blocks: [{ kind: 'markdown', text: '# Found' }, chart] }
  const made = await call('contributor', 'POST', '/reports', first)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const path = `/reports/${made.body.id}`
  const second = { title: 'Week 2', blocks: [chart], based_on: 1 }
  assert.equal((await call('reviewer', 'PUT', path, second)).body.version, 2)
  const late = await call('contributor', 'PUT', path, { ...second, title: 'Mine' })
  assert.deepEqual([late.status, late.body.error.facts.version], [409, 2])

  const now = await call('viewer', 'GET', path)
  assert.deepEqual(
    [now.body.title, now.body.created_by, now.body.updated_by],
    ['Week 2', 'a-contributor', 'a-reviewer'],
  )
  const then = await call('viewer', 'GET', `${path}?version=1`)
  assert.deepEqual([then.body.title, then.body.blocks], ['Week 1', first.blocks])
  const versions = (await call('viewer', 'GET', `${path}/versions`)).body.versions
  assert.deepEqual(
    versions.map((one: { version: number }) => one.version),
    [2, 1],
  )
  assert.equal((await call('viewer', 'DELETE', path)).status, 403)
  assert.equal((await call('contributor', 'DELETE', path)).status, 200)
  assert.equal((await call('viewer', 'GET', path)).status, 404)
})

test('reports come in pages, the one changed last first', async () => {
  for (const title of ['a', 'b', 'c']) await call('contributor', 'POST', '/reports', { title, blocks: [] })
  const first = await call('viewer', 'GET', '/reports?limit=2')
  const second = await call('viewer', 'GET', `/reports?limit=2&cursor=${first.body.next}`)
  const titles = [...first.body.reports, ...second.body.reports].map((one) => one.title)
  assert.deepEqual(titles, ['c', 'b', 'a'])
})

test('a block that is no block is refused with its field', async () => {
  const bad = { title: 'x', blocks: [{ ...chart, x: 'sideways' }] }
  assert.equal((await call('contributor', 'POST', '/reports', bad)).status, 400)
})

test('what people say leaves an audit entry without its text', async () => {
  const entries = await server.store.read
    .selectFrom('audit_entries')
    .select(['action', 'details'])
    .where('action', 'like', 'comment.%')
    .execute()
  assert.deepEqual(
    new Set(entries.map((one) => one.action)),
    new Set(['comment.create', 'comment.update', 'comment.delete']),
  )
  assert.ok(!JSON.stringify(entries).includes('The loss jumps'))
})
