import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestServer, type TestServer } from '../../test/kit/http.ts'
import { system } from '../base/principal.ts'

const prefix = '/api/slipway/v1'
let t: TestServer
let pages: string
before(async () => {
  pages = await mkdtemp(join(tmpdir(), 'slipway-pages-'))
  await mkdir(join(pages, 'assets'))
  await writeFile(
    join(pages, 'index.html'),
    '<html><head><base href="/" /></head><body>the page</body></html>',
  )
  await writeFile(join(pages, 'assets', 'main-1234.js'), 'hello()')
  t = await openTestServer({
    admin: { user: 'root', password: 'correct horse' },
    http: { pages, basePath: '/slipway' },
  })
})
after(async () => {
  await t[Symbol.asyncDispose]()
  await rm(pages, { recursive: true })
})

const browser = { 'sec-fetch-site': 'same-origin', 'slipway-csrf': '1' }

async function send(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  options: { headers?: Record<string, string>; body?: object; remoteAddress?: string } = {},
) {
  return t.server.inject({
    method,
    url: `${prefix}${url}`,
    headers: options.headers ?? {},
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
    ...(options.body === undefined ? {} : { payload: options.body }),
  })
}

async function newCode(): Promise<string> {
  return (await t.access.makeLoginLink(system('test'), t.administrator)).code
}

async function cookieOf(code: string): Promise<string> {
  const response = await send('POST', '/session', { headers: browser, body: { code } })
  assert.equal(response.statusCode, 200)
  return String(response.headers['set-cookie']).split(';')[0] ?? ''
}

test('a one-time code opens a session once', async () => {
  const code = await newCode()
  const first = await send('POST', '/session', { headers: browser, body: { code } })
  assert.equal(first.statusCode, 200)
  assert.equal(first.json().auth, 'session')
  assert.match(
    String(first.headers['set-cookie']),
    /^slipway_session=[\w-]{43}; Path=\/slipway; Expires=.*; HttpOnly; SameSite=Strict$/,
  )
  const again = await send('POST', '/session', { headers: browser, body: { code } })
  assert.equal(again.statusCode, 401)
  assert.match(again.json().error.message, /used, expired or mistyped/)
})

test('of many that use one code at once, one gets in', async () => {
  const code = await newCode()
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      send('POST', '/session', { headers: browser, body: { code }, remoteAddress: `10.1.0.${i}` }),
    ),
  )
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
})

test('a session reads, and changes only from our own pages', async () => {
  const cookie = await cookieOf(await newCode())
  const me = await send('GET', '/session', { headers: { cookie } })
  assert.equal(me.json().user.name, 'root')
  const create = (headers: Record<string, string>) =>
    send('POST', '/projects', { headers: { cookie, ...headers }, body: { name: 'made-by-form' } })
  assert.equal((await create({})).json().error.code, 'cross_site')
  assert.equal((await create({ ...browser, 'sec-fetch-site': 'cross-site' })).json().error.code, 'cross_site')
  assert.equal(
    (await create({ origin: 'https://attacker.example', 'slipway-csrf': '1' })).json().error.code,
    'cross_site',
  )
  assert.equal((await send('GET', '/projects/made-by-form', { headers: { cookie } })).statusCode, 404)
  assert.equal((await create(browser)).statusCode, 200)
})

test('after logging out the cookie is worth nothing', async () => {
  const cookie = await cookieOf(await newCode())
  const out = await send('DELETE', '/session', { headers: { cookie, ...browser } })
  assert.match(String(out.headers['set-cookie']), /slipway_session=; .*Expires=Thu, 01 Jan 1970/)
  assert.equal((await send('GET', '/session', { headers: { cookie } })).statusCode, 401)
})

test('the id of a session is replaced once a day; the old one works on for a moment only', async () => {
  const cookie = await cookieOf(await newCode())
  await t.store.housekeep((tx) =>
    tx.db
      .updateTable('sessions')
      .set({ created_at: new Date(Date.now() - 25 * 3600_000) })
      .execute(),
  )
  const answer = await send('GET', '/session', { headers: { cookie } })
  const fresh = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  assert.match(fresh, /^slipway_session=[\w-]{43}$/)
  assert.notEqual(fresh, cookie)
  const old = await send('GET', '/session', { headers: { cookie } })
  assert.equal(old.statusCode, 200)
  assert.equal(old.headers['set-cookie'], undefined, 'replaced once only')
  assert.ok(Date.parse(old.json().expires_at) < Date.now() + 61_000)
  const next = await send('GET', '/session', { headers: { cookie: fresh } })
  assert.ok(Date.parse(next.json().expires_at) > Date.now() + 29 * 24 * 3600_000)
})

test('a disabled user is out at once, and the last administrator stays', async () => {
  const admin = { authorization: (await t.as('platform')).authorization }
  const made = (await send('POST', '/users', { headers: admin, body: { name: 'mallory' } })).json()
  const cookie = await cookieOf(made.login.code)
  const token = (
    await send('POST', '/tokens', { headers: { cookie, ...browser }, body: { name: 'mine' } })
  ).json().secret
  const disable = (user: string) =>
    t.server.inject({
      method: 'PATCH',
      url: `${prefix}/users/${user}`,
      headers: admin,
      payload: { disabled: true },
    })
  assert.equal((await disable('mallory')).json().disabled, true)
  assert.equal((await send('GET', '/session', { headers: { cookie } })).statusCode, 401)
  assert.equal(
    (await send('GET', '/session', { headers: { authorization: `Bearer ${token}` } })).statusCode,
    401,
  )
  assert.match((await disable('root')).json().error.message, /last administrator/)
})

test('the configured administrator may use the password, here and with basic authentication', async () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  const login = await send('POST', '/session', {
    headers: browser,
    body: { user: 'root', password: 'correct horse' },
  })
  assert.equal(login.statusCode, 200)
  assert.equal(
    (await send('GET', '/session', { headers: basic('root:correct horse') })).json().auth,
    'password',
  )
  assert.equal((await send('GET', '/session', { headers: basic('root:wrong') })).statusCode, 401)
  assert.equal((await send('GET', '/session', { headers: basic('other:correct horse') })).statusCode, 401)
  const { secret } = (
    await send('POST', '/tokens', { headers: basic('root:correct horse'), body: { name: 'git' } })
  ).json()
  assert.equal((await send('GET', '/session', { headers: basic(`any:${secret}`) })).json().auth, 'token')
})

test('guessing is slowed down for the address that guesses', async () => {
  const guess = (remoteAddress: string) =>
    send('POST', '/session', { headers: browser, body: { code: 'guess' }, remoteAddress })
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await guess('10.9.9.9')).statusCode)
  assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429])
  const limited = await guess('10.9.9.9')
  assert.ok(Number(limited.headers['retry-after']) <= 60)
  assert.equal((await guess('10.9.9.8')).statusCode, 401)
})

test('a program exchanges a code for a token', async () => {
  const made = (
    await send('POST', '/session/token', { body: { code: await newCode(), name: 'laptop' } })
  ).json()
  const me = (await send('GET', '/session', { headers: { authorization: `Bearer ${made.secret}` } })).json()
  assert.deepEqual([me.user.name, me.auth], ['root', 'token'])
})

test('pages are served with their base path, everything unknown to files is the page', async () => {
  const pages = [
    '/',
    '/projects/default/lines',
    '/projects/default/models/reader.v2',
    '/slipway/login',
    '/slipway',
  ]
  for (const url of pages) {
    const page = await t.server.inject({ url })
    assert.equal(page.statusCode, 200, url)
    assert.match(page.body, /<base href="\/slipway\/".*the page/)
    assert.match(String(page.headers['content-security-policy']), /script-src 'self';/)
    assert.equal(page.headers['cache-control'], 'no-cache')
  }
  const script = await t.server.inject({ url: '/slipway/assets/main-1234.js' })
  assert.equal(script.body, 'hello()')
  assert.match(String(script.headers['cache-control']), /immutable/)
})

test('no address leaves the directory of the pages', async () => {
  for (const url of [
    '/../package.json',
    '/..%2f..%2fetc/passwd.txt',
    '/assets/%2e%2e/%2e%2e/etc/passwd.x',
    '/assets/..%5c..%5cpasswd.x',
    '/%00.js',
    '/.env.x',
  ]) {
    const { statusCode, body } = await t.server.inject({ url })
    assert.ok(statusCode >= 400, `${url} ${statusCode}`)
    assert.doesNotMatch(body, /root:|"name"/)
  }
})

test('a request below the base path reaches the API', async () => {
  assert.equal((await t.server.inject({ url: `/slipway${prefix}/health` })).statusCode, 200)
  assert.equal(
    (await t.server.inject({ url: `/slipwayx${prefix}/health` })).headers['content-type'],
    'text/html; charset=utf-8',
  )
})
