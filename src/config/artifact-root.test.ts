import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from './config.ts'

const rootOf = (artifactRoot?: string) =>
  readConfig(artifactRoot === undefined ? {} : { artifactRoot }).artifactRoot

test('artifacts go into the platform’s own storage unless the operator names a root', () => {
  const own = { kind: 'proxy', uri: 'mlflow-artifacts:' }
  assert.deepEqual(rootOf(), own)
  assert.deepEqual(rootOf('mlflow-artifacts:/'), own)
  const proxy = 'http://127.0.0.1:4600/api/2.0/mlflow-artifacts/artifacts'
  assert.deepEqual(rootOf(`${proxy}/`), { kind: 'proxy', uri: proxy })
  assert.deepEqual(rootOf('file:///srv/a%20b/'), {
    kind: 'directory',
    uri: 'file:///srv/a%20b',
    path: '/srv/a b',
  })
  assert.deepEqual(rootOf('/srv/x/../y/'), { kind: 'directory', uri: '/srv/y', path: '/srv/y' })
  assert.deepEqual(rootOf('s3://bucket/some/where/'), {
    kind: 's3',
    uri: 's3://bucket/some/where',
    bucket: 'bucket',
    prefix: 'some/where',
  })
})

for (const bad of [
  'mlruns',
  './mlruns',
  'file://elsewhere/srv',
  'file:///srv?x=1',
  'file:///srv#x',
  's3://',
  's3:///a',
  's3://user@bucket/a',
  's3://bucket/a%2f..%2fb',
  'mlflow-artifacts://host/x',
  'http://example.org/x',
  'http://example.org/api/2.0/mlflow-artifacts/artifacts?x=1',
  'dbfs:/x',
]) {
  test(`an artifact root is refused: ${bad}`, () => {
    assert.throws(() => rootOf(bad), { code: 'invalid_config', message: /SLIPWAY_ARTIFACT_ROOT/ })
  })
}

test('an artifact root on S3 may be given its keys while other files stay here', () => {
  const keys = { s3AccessKeyId: 'a', s3SecretAccessKey: 's' }
  assert.equal(readConfig({ artifactRoot: 's3://b', ...keys }).blobs.kind, 'local')
  assert.throws(() => readConfig(keys), { code: 'invalid_config' })
})
