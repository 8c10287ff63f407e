import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { environmentOf, type Given, parseOptions, readSettings } from './env.ts'

test('nothing given is a platform for this machine only', () => {
  const config = readConfig(readSettings({}))
  assert.equal(config.home, join(homedir(), '.slipway'))
  assert.deepEqual(config.http, { host: '127.0.0.1', port: 4600, basePath: '', allowedHosts: [] })
  assert.deepEqual(config.inference, { host: '127.0.0.1', port: 4680, anyPort: true })
  assert.deepEqual(config.database, { kind: 'embedded' })
  assert.deepEqual(config.blobs, { kind: 'local', home: config.home })
  assert.equal(config.auth, 'token')
})

test('an option overrules the environment, and children are given both', () => {
  const { options, rest } = parseOptions([
    'up',
    '--port',
    '1',
    '--insecure-no-auth',
    '--host=localhost',
    '--json',
  ])
  assert.deepEqual(rest, ['up', '--json'])
  const given = readSettings({ SLIPWAY_PORT: '2', SLIPWAY_PYTHON: 'py', SLIPWAY_HOST: '' }, options)
  const config = readConfig(given)
  assert.deepEqual(
    [config.http.port, config.http.host, config.python, config.auth],
    [1, 'localhost', 'py', 'none'],
  )
  assert.deepEqual(readConfig(readSettings(environmentOf(given))), config)
})

const mistakes: [what: string, given: Given, code: string, message: RegExp][] = [
  ['listening beyond this machine in the clear', { host: '0.0.0.0' }, 'insecure_listen', /0\.0\.0\.0/],
  ['a certificate without its key', { tlsCert: '/x' }, 'invalid_config', /SLIPWAY_TLS_KEY.*missing/],
  [
    'a certificate that is not there',
    { tlsCert: '/nowhere', tlsKey: '/nowhere' },
    'invalid_config',
    /SLIPWAY_TLS_CERT.*ENOENT/,
  ],
  [
    'no authentication for the network',
    { host: '::', insecureListen: '1', insecureNoAuth: '1' },
    'invalid_config',
    /NO_AUTH/,
  ],
  [
    'no authentication, but a password',
    { insecureNoAuth: '1', adminPassword: 'x' },
    'invalid_config',
    /NO_AUTH/,
  ],
  ['a port that is none', { port: '99999' }, 'invalid_config', /SLIPWAY_PORT \(--port\).*99999/],
  [
    'two servers on one port',
    { port: '4680', inferencePort: '4680' },
    'invalid_config',
    /SLIPWAY_INFERENCE_PORT/,
  ],
  [
    'a database that is not PostgreSQL',
    { databaseUrl: 'mysql://x/y' },
    'invalid_config',
    /SLIPWAY_DATABASE_URL/,
  ],
  ['S3 settings for local files', { s3Bucket: 'b' }, 'invalid_config', /SLIPWAY_S3_BUCKET.*SLIPWAY_BLOBS=s3/],
  ['S3 without a bucket', { blobs: 's3' }, 'invalid_config', /SLIPWAY_S3_BUCKET.*missing/],
  [
    'half of a key pair',
    { blobs: 's3', s3Bucket: 'b', s3AccessKeyId: 'a' },
    'invalid_config',
    /SECRET_ACCESS_KEY/,
  ],
  ['a path that is none', { basePath: 'a b' }, 'invalid_config', /SLIPWAY_BASE_PATH/],
  ['an unknown level', { logLevel: 'loud' }, 'invalid_config', /debug, info, warn, error/],
  ['a flag that is neither', { insecureListen: 'maybe' }, 'invalid_config', /true or false/],
]
for (const [what, given, code, message] of mistakes) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readConfig(given), { code, message })
  })
}

test('S3 is read whole', () => {
  const given = {
    blobs: 's3',
    s3Bucket: 'b',
    s3Endpoint: 'http://s',
    s3AccessKeyId: 'a',
    s3SecretAccessKey: 's',
    cacheSize: '2Gi',
    home: '/h',
  }
  assert.deepEqual(readConfig(given).blobs, {
    kind: 's3',
    home: '/h',
    bucket: 'b',
    endpoint: 'http://s',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    cacheBytes: 2 ** 31,
  })
})

test('listening beyond this machine is possible on purpose', () => {
  assert.equal(readConfig({ host: '0.0.0.0', insecureListen: '1' }).http.host, '0.0.0.0')
})
