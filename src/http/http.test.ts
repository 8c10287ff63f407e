import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Type } from 'typebox'
import { modelServerSecret, openTestServer, type TestServer } from '../../test/kit/http.ts'
import { isAtLeast } from '../areas/access/role.ts'
import { route } from '../base/area.ts'
import { endpoint } from '../base/endpoint.ts'
import { type Action, actions } from '../base/permission.ts'
import { type Role, roles } from '../base/principal.ts'

const prefix = '/api/slipway/v1'
const done = Type.Object({ done: Type.Literal(true) })
let counted = 0

/** One route for each action, on a project and on the platform, and some that misbehave. */
const probes = [
  ...Object.keys(actions).flatMap((action) =>
    (['project', 'platform'] as const).map((on) =>
      route(
        endpoint({
          id: `probe.${on}.${action}`,
          method: 'POST',
          path: `${on === 'project' ? '/projects/:project' : ''}/probe-${on}/${action.replace(':', '-')}`,
          summary: 'probe',
          ...(on === 'project' ? { params: Type.Object({ project: Type.String() }) } : {}),
          reply: done,
        }),
        { action: action as Action, on },
        async () => ({ done: true }) as const,
      ),
    ),
  ),
  route(
    endpoint({ id: 'probe.internal', method: 'GET', path: '/internal/probe', summary: '', reply: done }),
    'model-server',
    async () => ({ done: true }) as const,
  ),
  route(
    endpoint({ id: 'probe.bug', method: 'GET', path: '/probe/bug', summary: '', reply: done }),
    'authenticated',
    async () => {
      throw new Error('the secret of the trade')
    },
  ),
  route(
    endpoint({ id: 'probe.lies', method: 'GET', path: '/probe/lies', summary: '', reply: done }),
    'authenticated',
    async () => ({ done: true, password_hash: 'x' }) as { done: true },
  ),
  route(
    endpoint({
      id: 'probe.count',
      method: 'POST',
      path: '/probe/count',
      summary: '',
      body: Type.Object({ by: Type.Integer() }),
      reply: Type.Object({ count: Type.Integer() }),
    }),
    'authenticated',
    async ({ body }) => {
      counted += body.by
      if (body.by > 100) throw new Error('too much')
      return { count: counted }
    },
  ),
  route(
    endpoint({
      id: 'probe.upload',
      method: 'POST',
      path: '/probe/upload',
      summary: '',
      upload: true,
      reply: Type.Object({ size: Type.Integer() }),
    }),
    'authenticated',
    async ({ stream }) => {
      let size = 0
      for await (const chunk of stream) size += (chunk as Buffer).length
      return { size }
    },
  ),
  route(
    endpoint({
      id: 'probe.download',
      method: 'GET',
      path: '/probe/download',
      summary: '',
      download: true,
      reply: Type.Unknown(),
    }),
    'authenticated',
    async () => ({
      stream: (async function* () {
        yield '<script>alert(1)</script>'
      })(),
      type: 'text/html',
      filename: 'a"b\r\nx: y/ü.html',
    }),
  ),
]

let t: TestServer
before(async () => {
  t = await openTestServer({ areas: () => [{ name: 'probe', routes: probes }] })
})
after(() => t[Symbol.asyncDispose]())

const ask = async (
  url: string,
  options: {
    as?: Role | 'platform' | 'none' | 'nobody'
    method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
    body?: unknown
    headers?: Record<string, string>
  } = {},
) => {
  const who = options.as ?? 'platform'
  const response = await t.server.inject({
    method: options.method ?? 'GET',
    url: url.startsWith('/api') || url.startsWith('!') ? url.replace('!', '') : `${prefix}${url}`,
    headers: { ...(who === 'nobody' ? {} : await t.as(who)), ...options.headers },
    ...(options.body === undefined ? {} : { payload: options.body as object }),
  })
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: () => response.json(),
  }
}

test('a role may do on a project what the table says, and nothing on the platform', async () => {
  for (const role of roles) {
    for (const [action, least] of Object.entries(actions)) {
      const path = action.replace(':', '-')
      const onProject = await ask(`/projects/default/probe-project/${path}`, { as: role, method: 'POST' })
      assert.equal(onProject.status, isAtLeast(role, least) ? 200 : 403, `${role} ${action}`)
      const onPlatform = await ask(`/probe-platform/${path}`, { as: role, method: 'POST' })
      assert.equal(onPlatform.status, 403, `${role} ${action} on the platform`)
    }
  }
  assert.equal((await ask('/probe-platform/platform-admin', { as: 'platform', method: 'POST' })).status, 200)
})

test('who has no role in a project is told the same as of a project that is not there', async () => {
  const stranger = await ask('/projects/default/probe-project/runs-read', { as: 'none', method: 'POST' })
  const missing = await ask('/projects/nothing/probe-project/runs-read', { as: 'none', method: 'POST' })
  assert.equal(stranger.status, 404)
  assert.equal(stranger.text.replace('default', 'nothing'), missing.text)
})

test('every route but the public ones refuses callers without valid credentials', async () => {
  const paths = (await ask('/openapi.json')).json().paths as Record<
    string,
    Record<string, { security?: unknown[] }>
  >
  let guarded = 0
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(operations)) {
      if (security !== undefined) continue
      for (const headers of [
        {},
        { authorization: 'Bearer slp_0123456789abcdef_x' },
        { authorization: 'Basic YTpi' },
        { cookie: 'slipway_session=x' },
      ]) {
        const response = await t.server.inject({
          method: method as 'GET',
          url: prefix + path.replace(/\{[a-z_]+\}/g, 'default'),
          headers: { 'sec-fetch-site': 'same-origin', 'slipway-csrf': '1', ...headers },
        })
        // Who goes on guessing passwords is told to wait.
        const refusals = headers.authorization?.startsWith('Basic') ? [401, 429] : [401]
        assert.ok(refusals.includes(response.statusCode), `${method} ${path}`)
      }
      guarded += 1
    }
  }
  assert.ok(guarded > 50)
})

test('routes of model servers take their secret and nothing else, which opens nothing else', async () => {
  const authorization = `Bearer ${modelServerSecret}`
  assert.equal((await ask('/internal/probe', { headers: { authorization } })).status, 200)
  assert.equal((await ask('/internal/probe')).status, 403)
  assert.equal(
    (await ask('/projects/default/probe-project/runs-read', { method: 'POST', headers: { authorization } }))
      .status,
    404,
  )
  assert.equal(
    (await ask('/probe-platform/platform-admin', { method: 'POST', headers: { authorization } })).status,
    403,
  )
})

test('errors name the field and what was meant', async () => {
  const typo = (await ask('/projects', { method: 'POST', body: { nmae: 'x' } })).json().error
  assert.equal(typo.code, 'invalid_argument')
  assert.match(typo.message, /body\.name: is missing; body\.nmae: is not known here\. Did you mean `name`\?$/)
  assert.deepEqual(
    typo.facts.problems.map(({ field }: { field: string }) => field),
    ['body.name', 'body.nmae'],
  )
  const upper = (await ask('/projects', { method: 'POST', body: { name: 'Upper' } })).json().error
  assert.match(upper.message, /body\.name: is malformed: Lower-case letters, digits and hyphens/)
  assert.match((await ask('/users?limit=many')).json().error.message, /query\.limit: must be integer/)
  assert.match(
    (await ask('/users?limt=1')).json().error.message,
    /query\.limt: is not known here\. Did you mean `limit`/,
  )
  assert.match((await ask('/tokens/NOT%20OK', { method: 'DELETE' })).json().error.message, /path\.token/)
  const member = await ask('/projects/default/members/admin', { method: 'PUT', body: { role: 'owner' } })
  assert.match(member.json().error.message, /body\.role: must be one of "viewer", "contributor"/)
})

test('hostile bodies are refused', async () => {
  const post = (payload: string, type = 'application/json') =>
    ask('/probe/count', { method: 'POST', body: payload, headers: { 'content-type': type } })
  for (const body of [
    '{"__proto__":{"x":1},"by":1}',
    '{"constructor":{},"by":1}',
    '{"by":1e999}',
    '{"by":"1"}',
    '{"by":1,"x":2}',
    '[]',
    '1',
    'null',
    '"x"',
    '',
    '{',
    `${'['.repeat(1e5)}`,
  ]) {
    const response = await post(body)
    assert.equal(response.status, 400, body.slice(0, 40))
    assert.equal(response.json().error.code, 'invalid_argument')
  }
  for (const type of [
    'application/json\ta',
    ' application/jsonx',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
  ]) {
    assert.equal((await post('{"by":1}', type)).status, 400, type)
  }
  assert.equal((await post(`{"by":1,"pad":"${'x'.repeat(3_000_000)}"}`)).status, 413)
  assert.equal(counted, 0)
})

test('hostile addresses are refused', async () => {
  for (const url of [
    '/projects/%00/members',
    '/projects/..%2f..%2fetc/members',
    '/projects/%ZZ/members',
    `/projects/${'a'.repeat(2000)}/members`,
    '/projects/default%27--/members',
  ]) {
    const { status, json } = await ask(url)
    assert.ok([400, 404, 414].includes(status), `${url.slice(0, 50)} ${status}`)
    assert.equal(typeof json().error.code, 'string')
  }
})

test('a bug tells the caller nothing but where to look', async () => {
  const { status, text, json } = await ask('/probe/bug')
  assert.equal(status, 500)
  assert.equal(json().error.code, 'internal')
  assert.match(json().error.facts.request_id, /^[0-9a-f-]{36}$/)
  assert.doesNotMatch(text, /secret of the trade|at .*\.ts/)
})

test('an answer with more than its contract fails where answers are checked', async () => {
  assert.equal((await ask('/probe/lies')).status, 500)
})

test('an Idempotency-Key makes a creating call happen once', async () => {
  const count = (key: string, by: number, as: 'platform' | 'viewer' = 'platform') =>
    ask('/probe/count', { as, method: 'POST', body: { by }, headers: { 'idempotency-key': key } })
  const first = (await count('k1', 5)).json()
  assert.deepEqual((await count('k1', 5)).json(), first)
  assert.equal(counted, first.count)
  assert.equal((await count('k1', 6)).json().error.code, 'conflict')
  assert.equal((await count('k1', 5, 'viewer')).json().count, first.count + 5, 'keys belong to their caller')
  assert.equal((await count('k2', 500)).status, 500)
  counted = 0
  assert.equal((await count('k2', 1)).status, 200, 'a call that failed may be tried again')
  const racing = await Promise.all(Array.from({ length: 8 }, () => count('k3', 1)))
  assert.equal(counted, 2)
  assert.ok(racing.every(({ status }) => status === 200 || status === 409))
  assert.equal((await count('with space', 1)).status, 400)
})

test('the answer with a secret is never kept', async () => {
  const make = () =>
    ask('/tokens', { method: 'POST', body: { name: 'k' }, headers: { 'idempotency-key': 'secret' } })
  assert.notEqual((await make()).json().secret, (await make()).json().secret)
  assert.deepEqual(
    await t.store.read.selectFrom('idempotency').selectAll().where('key', '=', 'secret').execute(),
    [],
  )
})

test('uploads are streamed whatever their type, and larger than JSON may be', async () => {
  const body = Buffer.alloc(5_000_000, 'x')
  for (const type of ['application/octet-stream', 'application/json', 'text/csv']) {
    const response = await ask('/probe/upload', { method: 'POST', body, headers: { 'content-type': type } })
    assert.deepEqual(response.json(), { size: 5_000_000 })
  }
})

test('a download is never a page', async () => {
  const { headers, text } = await ask('/probe/download')
  assert.match(text, /script/)
  assert.equal(
    headers['content-disposition'],
    `attachment; filename="a_b__x__y__.html"; filename*=UTF-8''a%22b%0D%0Ax%3A%20y%2F%C3%BC.html`,
  )
  assert.match(String(headers['content-security-policy']), /sandbox/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('a foreign Host is refused before anything else', async () => {
  const { status, json } = await ask('/session', { headers: { host: 'attacker.example' } })
  assert.equal(status, 421)
  assert.equal(json().error.code, 'wrong_host')
})

test('unknown addresses below the API and the protocols answer JSON', async () => {
  for (const url of ['!/api/slipway/v1/nothing', '!/api/2.0/nothing', '!/v2/models/x', '!/ajax-api/x']) {
    const response = await ask(url)
    assert.equal(response.status, 404, url)
    assert.equal(response.json().error.code, 'not_found')
  }
})

test('the OpenAPI document has every operation once, with its parameters', async () => {
  const document = (await ask('/openapi.json')).json()
  assert.equal(document.openapi, '3.1.0')
  const operations = Object.values(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((path) => Object.values(path))
  const ids = operations.map(({ operationId }) => operationId)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.includes('members.set'))
  assert.deepEqual(
    document.paths['/projects/{project}/members/{user}'].put.parameters.map(
      (each: { name: string; in: string }) => [each.name, each.in],
    ),
    [
      ['project', 'path'],
      ['user', 'path'],
    ],
  )
})
