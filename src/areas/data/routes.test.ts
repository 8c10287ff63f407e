import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../test/kit/http.ts'
import { silent } from '../../base/log.ts'
import { openBlobs } from '../../blobs/open.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import { createColumnar } from '../../columnar/pool.ts'
import { createData } from './index.ts'

describe('data over HTTP', () => {
  let server: TestServer
  let columnar: Columnar
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-data-'))
    columnar = createColumnar({ tempDirectory: directory })
    const blobs = await openBlobs({ kind: 'local', home: directory })
    server = await openTestServer({
      areas: ({ store }) => [
        createData({ store, blobs, columnar, log: silent, tempDirectory: directory, uploadLimit: 10_000 })
          .area,
      ],
    })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await columnar[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  const base = '/api/slipway/v1/projects/default/datasets'
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    options: { role?: 'viewer' | 'contributor'; body?: object } = {},
  ) => {
    const answer = await server.server.inject({
      method,
      url: `${base}${path}`,
      headers: await server.as(options.role ?? 'contributor'),
      ...(options.body === undefined ? {} : { payload: options.body }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const upload = async (path: string, payload: string, role: 'viewer' | 'contributor' = 'contributor') => {
    const headers = { ...(await server.as(role)), 'content-type': 'application/octet-stream' }
    const answer = await server.server.inject({ method: 'POST', url: `${base}${path}`, headers, payload })
    return { status: answer.statusCode, body: answer.json() }
  }

  test('a file is uploaded, listed, looked into and checked', async () => {
    const first = await upload('/birds/versions?filename=birds.csv&key=1', 'id,name\n1,wren\n2,crow\n')
    assert.equal(first.status, 200, JSON.stringify(first.body))
    assert.equal(first.body.rows, 2)
    assert.equal(first.body.source.files[0].filename, 'birds.csv')
    const again = await upload('/birds/versions?filename=birds.csv&key=1', 'id,name\n1,wren\n2,crow\n')
    assert.equal(again.body.id, first.body.id)
    const second = await upload('/birds/versions', 'id,name\n3,owl\n')
    assert.equal(second.body.version, 2)

    const list = await call('GET', '', { role: 'viewer' })
    assert.deepEqual(
      list.body.datasets.map((one: { name: string; versions: number }) => [one.name, one.versions]),
      [['birds', 2]],
    )
    const versions = await call('GET', '/birds/versions?limit=1')
    assert.deepEqual([versions.body.versions[0].version, versions.body.next], [2, '2'])
    assert.equal(
      (await call('GET', `/birds/versions?cursor=${versions.body.next}`)).body.versions[0].version,
      1,
    )
    assert.equal((await call('GET', '/birds/versions/latest')).body.profile.rows, 3)
    assert.deepEqual((await call('GET', '/birds/versions/latest/rows?limit=2&offset=1')).body, {
      columns: first.body.schema,
      rows: [
        [2, 'crow'],
        [3, 'owl'],
      ],
      total: 3,
    })

    const checked = await call('POST', '/birds/versions/2/checks', {
      body: { checks: 'checks:\n  - row_count: { min: 9 }' },
    })
    assert.deepEqual([checked.status, checked.body.passed], [200, false])
    const reports = await call('GET', '/birds/versions/2/checks')
    assert.deepEqual(
      reports.body.reports.map((report: { id: string }) => report.id),
      [checked.body.id],
    )
  })

  test('what is wrong is said with its place', async () => {
    const broken = await upload('/broken/versions?filename=b.csv', 'a,b\n1,2\n3\n')
    assert.equal(broken.status, 400)
    assert.equal(broken.body.error.code, 'invalid_data')
    assert.equal(broken.body.error.facts.row, 2)
    assert.equal((await call('GET', '/broken')).status, 404)
    const yaml = await call('POST', '/birds/versions/1/checks', { body: { checks: 'checks:\n  - uniq: id' } })
    assert.deepEqual(
      [yaml.status, yaml.body.error.code, yaml.body.error.facts],
      [400, 'invalid_yaml', { line: 2, column: 5 }],
    )
    assert.equal((await upload('/big/versions', `a\n${'1234567890\n'.repeat(1000)}`)).status, 413)
    assert.equal((await call('GET', '/birds/versions/9')).status, 404)
    assert.equal((await call('GET', '/birds/versions/0')).status, 400)
    assert.equal((await upload('/birds/versions', 'id,name\n4,rook\n', 'viewer')).status, 403)
  })

  test('an empty dataset can be made, once', async () => {
    const made = await call('POST', '', { body: { name: 'fish', description: 'In water.' } })
    assert.deepEqual([made.status, made.body.latest, made.body.description], [200, null, 'In water.'])
    assert.equal((await call('POST', '', { body: { name: 'fish' } })).status, 409)
  })
})
