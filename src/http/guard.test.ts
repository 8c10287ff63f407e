import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHost, checkOrigin, hostName } from './guard.ts'

const allowed = new Set(['slipway.example.org'])
const code = (check: () => void): string => {
  try {
    check()
    return 'passes'
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

test('answers to its own names and to addresses only', () => {
  for (const host of [
    'localhost:4600',
    '127.0.0.1:4600',
    '[::1]:4600',
    'slipway.example.org',
    'SLIPWAY.example.org:443',
    'x.localhost',
  ]) {
    assert.equal(
      code(() => checkHost({ host }, allowed)),
      'passes',
      host,
    )
  }
  for (const host of [
    'attacker.example',
    'localhost.attacker.example',
    'slipway.example.org.evil',
    '',
    'a b',
    'x@localhost',
    undefined,
  ]) {
    assert.equal(
      code(() => checkHost({ host }, allowed)),
      'wrong_host',
      host,
    )
  }
})

test('reads the name out of a Host header', () => {
  assert.equal(hostName('[2001:db8::1]:80'), '2001:db8::1')
  assert.equal(hostName('Example.org'), 'example.org')
  assert.equal(hostName('localhost:4600:1'), undefined)
})

test('refuses changes that another site asks for, by whatever credentials', () => {
  const host = '127.0.0.1:4600'
  const change = (headers: Record<string, string>, cookie = true) =>
    code(() => checkOrigin('POST', { host, ...headers }, cookie, allowed))
  const own = { 'slipway-csrf': '1' }
  assert.equal(change({ ...own, 'sec-fetch-site': 'same-origin' }), 'passes')
  assert.equal(change({ ...own, origin: `http://${host}` }), 'passes')
  assert.equal(change({ ...own, origin: 'https://slipway.example.org' }), 'passes')
  assert.equal(change({}, false), 'passes', 'a program')
  assert.equal(change({ 'sec-fetch-site': 'same-origin' }), 'cross_site', 'a form of our own origin')
  assert.equal(change(own), 'cross_site', 'a cookie without any word on where from')
  assert.equal(change({ ...own, 'sec-fetch-site': 'cross-site' }), 'cross_site')
  assert.equal(
    change({ ...own, 'sec-fetch-site': 'same-site' }),
    'cross_site',
    'another port of the same host',
  )
  assert.equal(change({ ...own, 'sec-fetch-site': 'none' }), 'cross_site')
  assert.equal(change({ ...own, origin: 'null' }), 'cross_site')
  assert.equal(change({ ...own, origin: 'http://127.0.0.1:9999' }), 'cross_site')
  assert.equal(
    change({ origin: 'https://attacker.example' }, false),
    'cross_site',
    'without authentication, too',
  )
})

test('lets reading pass', () => {
  assert.equal(
    code(() => checkOrigin('GET', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, true, allowed)),
    'passes',
  )
})
