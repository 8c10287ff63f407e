import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import { openReceiver, type Receiver } from '../../../test/kit/monitoring.ts'
import { until } from '../../../test/kit/until.ts'
import { silent } from '../../base/log.ts'
import { system } from '../../base/principal.ts'
import { openSecrets } from '../../config/index.ts'
import { createOutbound } from '../../outbound/client.ts'
import { createWorker } from '../../store/worker.ts'
import { createProject } from '../access/index.ts'
import { insertModel } from '../registry/index.ts'
import type { WebhookDeps } from './deps.ts'
import { createWebhooks, type Webhooks } from './index.ts'
import { listDeliveries } from './reader.ts'

const principal = system('test')
let store: TestStore
let receiver: Receiver
let directory: string
let webhooks: Webhooks
let deps: WebhookDeps
let projectId: string
const stop = new AbortController()
let working: Promise<void>

before(async () => {
  store = await openTestStore()
  receiver = await openReceiver()
  directory = await mkdtemp(join(tmpdir(), 'slipway-webhooks-'))
  deps = {
    store,
    secrets: await openSecrets(directory),
    log: silent,
    outbound: createOutbound({ allow: ['127.0.0.1'] }),
    rules: { schemes: ['https'], loopbackHttp: true, retries: 1 },
  }
  webhooks = createWebhooks(deps)
  projectId = await store.transact(principal, (tx) => createProject(tx, { name: 'default' }))
  store.subscribe(webhooks.area.on ?? [])
  working = createWorker(store, {
    handlers: webhooks.area.work ?? [],
    subscriptions: webhooks.area.on ?? [],
    log: silent,
  }).run(stop.signal)
})
after(async () => {
  stop.abort()
  await working
  await receiver[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const makeModel = (name: string) => store.transact(principal, (tx) => insertModel(tx, { projectId, name }))
const makeHook = (name: string, url = receiver.url) =>
  webhooks.create(principal, { projectId, name, url, events: ['registered_model.created'], secret: 'geheim' })
const deliveriesOf = (webhookId: string) => listDeliveries(store.read, { projectId, webhookId, limit: 100 })
const settled = (webhookId: string, state: 'delivered' | 'failed') =>
  until(`a delivery has ${state}`, async () =>
    (await deliveriesOf(webhookId)).find((one) => one.state === state),
  )

test('an address and its secret lie sealed, and the audit log tells the host alone', async () => {
  const hook = await makeHook('sealed')
  assert.equal((await webhooks.get(projectId, hook.id)).url, receiver.url)
  const row = await store.read
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', hook.id)
    .executeTakeFirstOrThrow()
  const entries = await store.read
    .selectFrom('audit_entries')
    .selectAll()
    .where('subject_id', '=', hook.id)
    .execute()
  const stored = `${JSON.stringify(row)} ${row.sealed.toString('latin1')} ${JSON.stringify(entries)}`
  assert.doesNotMatch(stored, /geheim|token=1/)
  assert.deepEqual(
    entries.map((entry) => entry.action),
    ['webhook.create'],
  )
  await webhooks.remove(principal, projectId, hook.id)
})

test('an event is told once to each, however often it is handled, and never to who came later', async () => {
  const hook = await makeHook('once')
  await makeModel('first')
  await settled(hook.id, 'delivered')
  const late = await makeHook('late')
  const row = await store.read
    .selectFrom('events')
    .select(['id'])
    .where('type', '=', 'registered_model.created')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  await store.housekeep((tx) => tx.enqueue({ kind: 'on:webhooks', key: row.id, projectId }))
  await makeModel('second')
  await settled(late.id, 'delivered')
  await until('the event was handled again', async () => {
    const work = await store.read.selectFrom('work').select('id').where('kind', '=', 'on:webhooks').execute()
    return work.length === 0
  })
  assert.equal((await deliveriesOf(hook.id)).length, 2)
  assert.equal((await deliveriesOf(late.id)).length, 1)
  for (const { id } of [hook, late]) await webhooks.remove(principal, projectId, id)
})

test('a receiver that is away is tried again, then given up; one that is deleted is told nothing', async () => {
  const away = await makeHook('away', 'http://127.0.0.1:1/')
  await makeModel('unheard')
  const failed = await settled(away.id, 'failed')
  assert.equal(failed.attempts, 2)
  assert.match(failed.error ?? '', /ECONNREFUSED/)
  const posts = receiver.posts.length
  const gone = await makeHook('gone')
  receiver.status = 503
  await makeModel('tried')
  await until('it was tried', async () => (await deliveriesOf(gone.id))[0]?.attempts === 1)
  await webhooks.remove(principal, projectId, gone.id)
  receiver.status = 200
  assert.equal((await settled(gone.id, 'failed')).error, 'The webhook was deleted.')
  assert.equal(receiver.posts.length, posts + 1)
  await webhooks.remove(principal, projectId, away.id)
})

test('what the operator no longer allows is not sent, though it was entered when it was', async () => {
  const hook = await makeHook('forbidden')
  const strict = createWebhooks({ ...deps, outbound: createOutbound({}) })
  const posts = receiver.posts.length
  const result = await strict.test(principal, { id: projectId, name: 'default' }, { id: hook.id })
  assert.deepEqual([result.delivered, result.status], [false, null])
  assert.match(result.error ?? '', /private or special address/)
  assert.equal(receiver.posts.length, posts)
})

test("another project's webhooks are not there", async () => {
  const other = await store.transact(principal, (tx) => createProject(tx, { name: 'other' }))
  const hook = await makeHook('mine')
  const missing = { code: 'not_found', message: `Webhook with ID ${hook.id} not found.` }
  await assert.rejects(webhooks.get(other, hook.id), missing)
  await assert.rejects(webhooks.remove(principal, other, hook.id), missing)
  await assert.rejects(webhooks.update(principal, { projectId: other, id: hook.id }, { name: 'x' }), missing)
  assert.deepEqual((await webhooks.list({ projectId: other, limit: 10 })).webhooks, [])
})
