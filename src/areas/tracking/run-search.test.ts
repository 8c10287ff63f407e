import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import { seedRuns } from '../../../tools/seed/runs.ts'
import { uuidv7 } from '../../base/id.ts'
import { connect } from '../../store/connect.ts'
import { searchRuns } from './run-search.ts'

const projectId = uuidv7()
const runs = 3000
let store: TestStore

before(async () => {
  store = await openTestStore()
  const client = await connect(store.url)
  await client.query(`insert into projects (id, name) values ('${projectId}', 'default')`)
  await client.query(`insert into experiments (id, project_id, name, artifact_location, created_ms, updated_ms)
    values (7, '${projectId}', 'many', 'mlflow-artifacts:/7', 0, 0)`)
  const to = { projectId, experimentId: '7', artifactLocation: 'mlflow-artifacts:/7' }
  await seedRuns(client, to, { runs, points: 1 }, () => {})
  await client.query('analyze')
  await client.end()
})
after(() => store[Symbol.asyncDispose]())

/** All pages, as names. */
async function pages(filter: string, order: string, limit: number): Promise<string[]> {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const search = { projectId, experimentIds: ['7'], filter, order: [order], limit, cursor }
    const page = await searchRuns(store, search)
    names.push(...page.runs.map((run) => run.name))
    cursor = page.next
  } while (cursor !== undefined)
  return names
}

async function valuesOf(key: string): Promise<Map<string, number>> {
  const rows = await store.read
    .selectFrom('metric_summaries as m')
    .innerJoin('runs as r', 'r.id', 'm.run_id')
    .select(['r.name', 'm.value'])
    .where('m.key', '=', key)
    .execute()
  return new Map(rows.map((row) => [row.name, row.value]))
}

test('walks along a metric give every run once and in order, whatever the page', async () => {
  const accuracy = await valuesOf('accuracy')
  const wanted = [...accuracy].filter(([, value]) => value > 0.25)
  for (const [order, sign] of [
    ['metrics.accuracy DESC', -1],
    ['metrics.accuracy ASC', 1],
  ] as const) {
    const expected = wanted.toSorted((a, b) => sign * (a[1] - b[1])).map(([name]) => name)
    assert.deepEqual(await pages('metrics.accuracy > 0.25', order, 700), expected)
  }
})

test('equal values are ordered by start across the end of a walk', async () => {
  await store.housekeep((tx) =>
    tx.db.updateTable('metric_summaries').set({ value: 0.5 }).where('key', '=', 'f1').execute(),
  )
  const names = await pages('', 'metrics.f1 DESC', 900)
  assert.deepEqual(
    names,
    Array.from({ length: runs }, (_, at) => `run-${runs - 1 - at}`),
  )
})

test('a narrow clause decides, in any order', async () => {
  const rank = await pages(`metrics.rank >= ${runs - 50}`, 'metrics.accuracy DESC', 20)
  assert.equal(new Set(rank).size, 50)
  assert.equal((await pages("params.sweep = 'sweep-17'", 'start_time ASC', 20))[0], 'run-850')
  assert.equal((await pages("tags.ticket LIKE 't-17'", 'metrics.loss', 100)).length, 50)
})

test('clauses that no index answers are named', async () => {
  const search = { projectId, experimentIds: ['7'], limit: 1 }
  const filter = "params.lr != '1' and tags.team ILIKE 'R%' and metrics.accuracy > 0.5"
  assert.deepEqual((await searchRuns(store, { ...search, filter })).scans, [
    'parameter.lr !=',
    'tag.team ILIKE',
  ])
})
