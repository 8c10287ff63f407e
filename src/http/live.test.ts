import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Type } from 'typebox'
import { openTestServer, type TestServer } from '../../test/kit/http.ts'
import { route } from '../base/area.ts'
import { endpoint } from '../base/endpoint.ts'
import { SlipwayError } from '../base/error.ts'
import { system } from '../base/principal.ts'
import { ApiError, createClient } from '../client/client.ts'
import { listen } from './listen.ts'

let t: TestServer
let url: string
before(async () => {
  t = await openTestServer()
  url = await listen(t.server, { host: '127.0.0.1', port: 0 })
})
after(() => t[Symbol.asyncDispose]())

const token = async (who: 'platform' | 'viewer' | 'none') =>
  (await t.as(who)).authorization.replace('Bearer ', '')
const hint = (topic: string, projectId: string | null = t.projectId) =>
  t.store.notify('hints', JSON.stringify({ project_id: projectId, topic }))

/** Reads events until one satisfies, as `EventSource` would. */
async function* events(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ id: string; data: string }> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const data = lines.find((line) => line.startsWith('data: '))
      if (data !== undefined)
        yield { id: lines.find((line) => line.startsWith('id: '))?.slice(4) ?? '', data: data.slice(6) }
    }
  }
}

async function open(lastId?: string, signal?: AbortSignal) {
  const headers = {
    authorization: `Bearer ${await token('viewer')}`,
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  }
  return fetch(`${url}/api/slipway/v1/hints?project=default`, { headers, signal: signal ?? null })
}

test('hints of the project and the platform arrive, of other projects not, and are made up for', async () => {
  const first = new AbortController()
  const response = await open(undefined, first.signal)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const heard = events(response.body)
  hint('line:other', '00000000-0000-7000-8000-000000000000')
  hint('line:a')
  hint('platform:x', null)
  const a = (await heard.next()).value
  assert.equal(a?.data, 'line:a')
  assert.equal((await heard.next()).value?.data, 'platform:x')
  first.abort()
  hint('line:b')
  const resumed = events((await open(a?.id)).body)
  assert.equal((await resumed.next()).value?.data, 'platform:x')
  assert.equal((await resumed.next()).value?.data, 'line:b')
  await resumed.return(undefined)
  const unknown = events((await open('another-99')).body)
  assert.equal((await unknown.next()).value?.data, '*', 'what was missed is unknown')
  await unknown.return(undefined)
})

test('hints need a role in the project', async () => {
  const client = createClient({ url, token: await token('none') })
  await assert.rejects(client.hints.stream({ query: { project: 'default' } }), { code: 'not_found' })
})

test('the client calls by the contract and rejects with what the platform says', async () => {
  const client = createClient({ url, token: await token('platform') })
  const made = await client.projects.create({ body: { name: 'from-client' } }, { idempotencyKey: 'once' })
  assert.deepEqual(
    await client.projects.create({ body: { name: 'from-client' } }, { idempotencyKey: 'once' }),
    made,
  )
  assert.equal((await client.projects.get({ params: { project: 'from-client' } })).id, made.id)
  const { entries } = await client.audit.listAll({ query: { action: 'project.', limit: 1 } })
  assert.deepEqual([entries[0]?.action, entries[0]?.project], ['project.create', 'from-client'])
  await assert.rejects(client.projects.create({ body: { name: 'from-client' } }), (thrown) => {
    assert.ok(thrown instanceof ApiError)
    assert.deepEqual([thrown.status, thrown.code], [409, 'already_exists'])
    assert.match(thrown.remedy, /another name/)
    return true
  })
  await assert.rejects(createClient({ url: 'http://127.0.0.1:1' }).session.get({}), {
    code: 'unreachable',
    status: 0,
  })
})

test('pages of the audit list follow each other', async () => {
  const client = createClient({ url, token: await token('platform') })
  const whole = (await client.audit.listAll({ query: {} })).entries.map(({ id }) => id)
  const paged: string[] = []
  let cursor: string | undefined
  do {
    const page = await client.audit.listAll({
      query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
    })
    paged.push(...page.entries.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined)
  assert.deepEqual(paged, whole)
  assert.ok(whole.length > 4)
})

test('a token is worth no more than its maker, and nothing once revoked', async () => {
  const viewer = createClient({ url, token: await token('viewer') })
  await assert.rejects(viewer.tokens.create({ body: { name: 'x', project: 'default', role: 'admin' } }), {
    code: 'forbidden',
  })
  const administrator = createClient({ url, token: await token('platform') })
  const narrow = await administrator.tokens.create({
    body: { name: 'n', project: 'default', role: 'contributor', expires_in_days: 1 },
  })
  const client = createClient({ url, token: narrow.secret })
  const me = await client.session.get({})
  assert.deepEqual([me.platform_role, me.projects], [null, [{ name: 'default', role: 'contributor' }]])
  await assert.rejects(client.users.list({ query: {} }), { code: 'forbidden' })
  await assert.rejects(client.tokens.listForProject({ params: { project: 'default' } }), {
    code: 'forbidden',
  })
  await assert.rejects(client.tokens.create({ body: { name: 'wider', role: 'admin' } }), {
    code: 'forbidden',
  })
  const inner = await client.tokens.create({ body: { name: 'inherits' } })
  assert.deepEqual([inner.token.project, inner.token.role], ['default', 'contributor'])
  await assert.rejects(viewer.tokens.revoke({ params: { token: narrow.token.id } }), { code: 'not_found' })
  await administrator.tokens.revoke({ params: { token: narrow.token.id } })
  await assert.rejects(client.session.get({}), { code: 'unauthenticated' })
})

test("a job's token opens its project for its run, and model servers know whose tokens predict", async () => {
  const runId = '0'.repeat(32)
  const job = await t.store.transact(system('test'), (tx) =>
    t.access.issueJobToken(tx, {
      projectId: t.projectId,
      runId,
      jobId: 'job-1',
      expiresAt: new Date(Date.now() + 60_000),
    }),
  )
  const principal = await t.access.authenticate({ headers: { authorization: `Bearer ${job}` }, ip: '::1' })
  assert.deepEqual(principal, {
    kind: 'job',
    id: 'job-1',
    name: 'job job-1',
    scope: { projectId: t.projectId, role: 'contributor', runId },
  })
  const allowed = async (action: 'runs:write' | 'data:write' | 'runs:read') =>
    t.access.authorize(principal, { action, on: 'project' }, 'default').then(
      () => true,
      (thrown) => thrown.code,
    )
  assert.deepEqual(
    [await allowed('runs:write'), await allowed('runs:read'), await allowed('data:write')],
    [true, true, 'forbidden'],
  )
  await assert.rejects(createClient({ url, token: job }).tokens.create({ body: { name: 'x' } }), {
    code: 'forbidden',
  })
  const opened = await t.access.inferenceTokens()
  assert.ok(
    opened.some(({ projectId }) => projectId === null),
    "the administrator's opens every project",
  )
  assert.ok(opened.some(({ projectId }) => projectId === t.projectId))
  assert.ok(opened.every(({ id }) => !job.includes(id)))
})

test('two programs on one port: the second is told', async () => {
  const { port } = new URL(url)
  const other = await openTestServer()
  await assert.rejects(listen(other.server, { host: '127.0.0.1', port: Number(port) }), (thrown) => {
    return thrown instanceof SlipwayError && thrown.code === 'port_in_use'
  })
  await other[Symbol.asyncDispose]()
})

test('a malformed request line is answered and closed', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(
    'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1\.1 400/)
  socket.destroy()
})

test('closing ends open streams at once', async () => {
  const own = await openTestServer()
  const place = await listen(own.server, { host: '127.0.0.1', port: 0 })
  const response = await fetch(`${place}/api/slipway/v1/hints?project=default`, {
    headers: await own.as('platform'),
  })
  const reader = response.body?.getReader()
  await reader?.read()
  const ended = reader?.read().then(
    ({ done }) => done,
    () => true,
  )
  await own[Symbol.asyncDispose]()
  assert.equal(await ended, true)
})

test('closing waits for calls whose callers have gone', async () => {
  const begun = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  let ended = false
  const slow = route(
    endpoint({ id: 'probe.slow', method: 'GET', path: '/probe/slow', summary: '', reply: Type.Object({}) }),
    'authenticated',
    async ({ signal }) => {
      signal.addEventListener('abort', () => gone.resolve())
      begun.resolve()
      await finish.promise
      ended = true
      return {}
    },
  )
  await using own = await openTestServer({ areas: () => [{ name: 'probe', routes: [slow] }] })
  const place = await listen(own.server, { host: '127.0.0.1', port: 0 })
  const caller = new AbortController()
  const headers = await own.as('platform')
  const asked = fetch(`${place}/api/slipway/v1/probe/slow`, { headers, signal: caller.signal })
  await begun.promise
  caller.abort()
  await assert.rejects(asked)
  await gone.promise
  let closed = false
  const closing = own.server.close().then(() => {
    closed = true
  })
  await Promise.race([closing, setTimeout(250)])
  const waited = !closed
  finish.resolve()
  await closing
  assert.deepEqual({ waited, ended }, { waited: true, ended: true })
})
