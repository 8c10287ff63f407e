import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openTestServer, type TestServer } from '../../../../test/kit/http.ts'
import { system } from '../../../base/principal.ts'
import type { Blobs } from '../../../blobs/blobs.ts'
import { createArtifacts } from '../../artifacts/index.ts'
import { createTracking, type Tracking, updateRun } from '../index.ts'

describe('the table of runs', () => {
  let server: TestServer
  let tracking: Tracking
  const ids: string[] = []
  before(async () => {
    server = await openTestServer({
      areas: ({ store }) => {
        tracking = createTracking({ store, artifacts: createArtifacts({ store, blobs: {} as Blobs }) })
        return [tracking.area]
      },
    })
    for (const n of [0, 1, 2, 3]) ids.push(await addRun(n))
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
  })

  async function addRun(n: number): Promise<string> {
    const { store, projectId } = server
    const parent = ids[0]
    const tags = n === 3 && parent !== undefined ? [{ key: 'mlflow.parentRunId', value: parent }] : []
    const id = await store.transact(system('test'), (tx) =>
      tracking.createRun(tx, {
        projectId,
        name: `run-${n}`,
        start: 1000 + n,
        tags,
        user: n < 2 ? 'ada' : 'Bo',
      }),
    )
    await tracking.logMetrics(projectId, id, [
      { key: 'val/loss', value: n === 2 ? Number.NaN : n, step: 0, time: 1 },
    ])
    if (n > 0) await tracking.logParams(projectId, id, [{ key: 'solver', value: n === 1 ? 'sgd' : 'adam' }])
    if (n === 1) {
      await store.transact(system('test'), (tx) =>
        updateRun(tx, projectId, id, { status: 'failed', end: 2000 }),
      )
    }
    return id
  }

  const call = async (path: string, body?: object, role: 'viewer' | 'contributor' = 'viewer') => {
    const answer = await server.server.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `/api/slipway/v1/projects/default/run-table${path}`,
      headers: await server.as(role),
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }

  test('rows carry the columns asked for, in their order, and page on', async () => {
    const columns = ['metrics.val/loss', 'params.solver', 'tags.nope']
    const first = await call('', { columns, order: 'start_time', limit: 3 })
    assert.equal(first.status, 200, JSON.stringify(first.body))
    const { runs, next } = first.body
    assert.deepEqual(
      runs.map((run: { values: unknown[] }) => run.values),
      [
        [0, null, null],
        [1, 'sgd', null],
        ['NaN', 'adam', null],
      ],
    )
    assert.deepEqual(
      [runs[0].children, runs[1].children, runs[1].status, runs[1].end],
      [1, 0, 'failed', 2000],
    )
    const rest = await call('', { columns, order: 'start_time', limit: 3, cursor: next })
    assert.deepEqual(
      rest.body.runs.map((run: { name: string }) => run.name),
      ['run-3'],
    )
    assert.equal(rest.body.next, undefined)
  })

  test('counts and groups cover every run that the filter finds, those without the key too', async () => {
    assert.deepEqual((await call('/count', {})).body, { runs: 4, running: 3 })
    assert.deepEqual((await call('/count', { filter: "params.solver = 'adam'" })).body, {
      runs: 2,
      running: 2,
    })
    const { groups } = (await call('/groups', { by: 'params.solver', metrics: ['val/loss'] })).body
    assert.deepEqual(
      groups.map((group: Record<string, unknown>) => [
        group.value,
        group.runs,
        group.failed,
        group.aggregates,
      ]),
      [
        // One of the two has NaN, which is not a number to average.
        ['adam', 2, 0, [{ runs: 1, mean: 3, min: 3, max: 3 }]],
        ['sgd', 1, 1, [{ runs: 1, mean: 1, min: 1, max: 1 }]],
        [null, 1, 0, [{ runs: 1, mean: 0, min: 0, max: 0 }]],
      ],
    )
    const byExperiment = (await call('/groups', { by: 'experiment' })).body.groups
    assert.deepEqual([byExperiment.length, byExperiment[0].runs, byExperiment[0].last_start], [1, 4, 1003])
  })

  test('keys and values for completion are those of the project', async () => {
    const { metrics, params, tags } = (await call('/keys')).body
    assert.deepEqual([metrics, params], [['val/loss'], ['solver']])
    assert.ok(tags.includes('mlflow.parentRunId'))
    assert.deepEqual((await call('/values?of=params.solver&prefix=AD')).body, { values: ['adam'] })
    assert.deepEqual((await call('/values?of=attributes.user_id&prefix=b')).body, { values: ['Bo'] })
    assert.deepEqual((await call('/values?of=attributes.start_time')).body, { values: [] })
    assert.deepEqual((await call('/values?of=params.solver&experiment=77')).body, { values: [] })
  })

  test('a wrong filter is refused with its reason, a viewer changes nothing', async () => {
    const wrong = await call('', { filter: 'metrics.val <' })
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.error.message, /Invalid clause/)
    assert.equal((await call('/change', { runs: ids, deleted: true })).status, 403)
    assert.equal((await call('/change', { runs: ids }, 'contributor')).status, 400)
  })

  test('many runs are tagged, deleted and restored at once; one that is unknown stops all', async () => {
    const change = (body: object) => call('/change', body, 'contributor')
    assert.deepEqual((await change({ runs: ids, tags: { team: 'vision' } })).body, { runs: 4 })
    assert.equal((await call('/count', { filter: "tags.team = 'vision'" })).body.runs, 4)
    const unknown = 'f'.repeat(32)
    assert.equal((await change({ runs: [...ids, unknown], tags: { team: null } })).status, 404)
    assert.equal((await call('/count', { filter: "tags.team = 'vision'" })).body.runs, 4)
    await change({ runs: ids.slice(0, 2), deleted: true })
    assert.equal((await call('/count', {})).body.runs, 2)
    assert.equal((await call('/count', { deleted: true })).body.runs, 2)
    assert.equal((await change({ runs: ids, tags: { team: null } })).status, 400)
    await change({ runs: ids.slice(0, 2), deleted: false })
    await change({ runs: ids, tags: { team: null } })
    assert.equal((await call('/count', { filter: "tags.team = 'vision'" })).body.runs, 0)
  })
})
