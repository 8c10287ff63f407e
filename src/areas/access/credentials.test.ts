import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSecret, newToken, tokenId } from '../../base/token.ts'
import { cookie, credentialsOf } from './credentials.ts'
import { createPasswords, hashPassword } from './password.ts'
import { effectiveRole } from './role.ts'
import { createThrottle } from './throttle.ts'

const shown = (headers: Record<string, string>) => credentialsOf({ headers, ip: '::1' }, 'session')
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test('a header wins over a cookie, whatever it says', () => {
  assert.deepEqual(shown({ authorization: 'Bearer abc', cookie: 'session=x' }), {
    kind: 'bearer',
    secret: 'abc',
  })
  assert.deepEqual(shown({ authorization: 'bearer  abc' }), { kind: 'bearer', secret: 'abc' })
  assert.deepEqual(shown({ authorization: 'Negotiate abc', cookie: 'session=x' }), {
    kind: 'bearer',
    secret: '',
  })
  assert.deepEqual(shown({ authorization: '', cookie: 'session=x' }), { kind: 'bearer', secret: '' })
  assert.deepEqual(shown({ cookie: 'a=1; session=x=y; b=2' }), { kind: 'session', secret: 'x=y' })
  assert.deepEqual(shown({}), { kind: 'none' })
})

test('basic authentication carries a name and password, or a token', () => {
  assert.deepEqual(shown({ authorization: basic('root:a:b') }), {
    kind: 'password',
    user: 'root',
    password: 'a:b',
  })
  assert.deepEqual(shown({ authorization: basic('x:slp_1_2') }), { kind: 'bearer', secret: 'slp_1_2' })
  assert.deepEqual(shown({ authorization: basic('nocolon') }), {
    kind: 'password',
    user: '',
    password: 'nocolon',
  })
})

test('a cookie is found by its whole name', () => {
  assert.equal(cookie('xsession=1; session2=2', 'session'), undefined)
  assert.equal(cookie(undefined, 'session'), undefined)
})

test('a token is checked before any look-up', () => {
  const { id, text } = newToken()
  assert.match(text, /^slp_[0-9a-f]{16}_[0-9A-Za-z]{49}$/)
  assert.equal(tokenId(text), id)
  for (const wrong of [
    text.slice(0, -1),
    `${text.slice(0, -1)}~`,
    text.replace('slp', 'spl'),
    `${text}0`,
    text.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    '',
  ]) {
    assert.equal(tokenId(wrong), undefined, wrong)
  }
  assert.notEqual(newToken().text, text)
  assert.match(hashSecret(text), /^[0-9a-f]{64}$/)
})

test('a password is verified, and remembered once it matched', async () => {
  const passwords = createPasswords()
  const stored = await hashPassword('correct horse')
  assert.notEqual(await hashPassword('correct horse'), stored, 'salted')
  assert.equal(await passwords.matches('wrong', stored), false)
  assert.equal(passwords.recalls('correct horse', stored), false)
  assert.equal(await passwords.matches('correct horse', stored), true)
  assert.equal(passwords.recalls('correct horse', stored), true)
  const started = performance.now()
  for (let i = 0; i < 100; i++) assert.equal(await passwords.matches('correct horse', stored), true)
  assert.ok(performance.now() - started < 500, 'a hundred times scrypt would take seconds')
  assert.equal(passwords.recalls('correct horsf', stored), false)
  assert.equal(await passwords.matches('correct horsf', stored), false)
  assert.equal(await passwords.matches('correct horse', await hashPassword('another')), false)
  assert.equal(await passwords.matches('correct horse', undefined), false)
})

test('guesses are counted by address, by network for IPv6, and all together', () => {
  let now = 0
  const throttle = createThrottle(() => now)
  const passes = (address: string) => {
    try {
      throttle.check(address)
      return true
    } catch (thrown) {
      return (thrown as { facts: { retry_after: number } }).facts.retry_after
    }
  }
  for (let i = 0; i < 10; i++) throttle.failed('2001:db8:1:2:aaaa::1')
  assert.equal(passes('2001:db8:1:2:bbbb::9'), 60)
  assert.equal(passes('2001:db8:1:3::1'), true)
  now = 59_000
  assert.equal(passes('2001:db8:1:2::1'), 1)
  now = 60_000
  assert.equal(passes('2001:db8:1:2::1'), true)
  for (let i = 0; i < 300; i++) throttle.failed(`10.0.${i >> 8}.${i & 255}`)
  assert.equal(passes('192.0.2.1'), 60, 'many addresses together')
})

test('a role is the owner’s, cut down to the scope of the token', () => {
  const user = (scope?: object) =>
    ({ kind: 'user', id: 'u', name: 'u', ...(scope === undefined ? {} : { scope }) }) as const
  const member = (memberRole: 'viewer' | 'operator' | null, platformRole: 'admin' | null = null) => ({
    memberRole,
    platformRole,
  })
  assert.equal(effectiveRole(user(), member('operator'), 'p'), 'operator')
  assert.equal(effectiveRole(user(), member(null), 'p'), undefined)
  assert.equal(effectiveRole(user(), member(null, 'admin'), 'p'), 'admin')
  assert.equal(
    effectiveRole(user(), member('operator'), null),
    undefined,
    'members have no role on the platform',
  )
  assert.equal(effectiveRole(user({ role: 'viewer' }), member(null, 'admin'), 'p'), 'viewer')
  assert.equal(
    effectiveRole(user({ role: 'admin' }), member('viewer'), 'p'),
    'viewer',
    'never more than the owner',
  )
  assert.equal(effectiveRole(user({ projectId: 'p' }), member(null, 'admin'), 'p'), 'admin')
  assert.equal(effectiveRole(user({ projectId: 'p' }), member('operator', 'admin'), 'q'), undefined)
  assert.equal(
    effectiveRole(user({ projectId: 'p' }), member(null, 'admin'), null),
    undefined,
    'not on the platform either',
  )
  const job = { kind: 'job', id: 'j', name: 'j', scope: { projectId: 'p', runId: 'r' } } as const
  assert.equal(effectiveRole(job, member(null), 'p'), 'contributor')
  assert.equal(effectiveRole(job, member(null), 'q'), undefined)
  assert.equal(
    effectiveRole({ kind: 'system', id: 'system:x', name: 'x' }, member(null, 'admin'), 'p'),
    undefined,
  )
})
