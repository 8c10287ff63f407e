import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import type { Attempt } from '../../base/area.ts'
import { uuidv7 } from '../../base/id.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createTracking, type Experiment } from '../tracking/index.ts'
import { createTraces, type Span, type Traces } from './index.ts'
import { countedSpans, mostCountedAtOnce } from './recount.ts'

const projectId = uuidv7()
const traceId = `tr-${'1'.padStart(32, '0')}`
let store: TestStore
let traces: Traces
let experiment: Experiment

before(async () => {
  store = await openTestStore()
  await store.housekeep((tx) =>
    tx.db.insertInto('projects').values({ id: projectId, name: 'default' }).execute(),
  )
  const tracking = createTracking({ store, artifacts: createArtifacts({ store, blobs: {} as Blobs }) })
  traces = createTraces({ store, tracking })
  const found = await tracking.experiment(projectId, '0')
  assert.ok(found)
  experiment = found
})
after(async () => {
  await store[Symbol.asyncDispose]()
})

/** The first span is the root; each of the others used one token. */
function span(n: number): Span {
  const tokens = JSON.stringify({ input_tokens: 1, output_tokens: 0, total_tokens: 1 })
  return {
    traceId,
    id: n.toString(16).padStart(16, '0'),
    parentId: n === 1 ? null : '0000000000000001',
    name: 'span',
    status: 'ok',
    message: '',
    start: 1n,
    end: 2n,
    attributes: n === 1 ? new Map() : new Map([['mlflow.chat.tokenUsage', tokens]]),
    events: [],
    links: [],
  }
}

const log = (from: number, to: number) =>
  traces.logSpans(experiment, [
    { resource: new Map(), spans: Array.from({ length: to - from + 1 }, (_, i) => span(from + i)) },
  ])
const total = async () => (await traces.trace(projectId, traceId)).usage?.total_tokens

async function work(): Promise<void> {
  const rows = await store.housekeep((tx) =>
    tx.db
      .updateTable('work')
      .set({ state: 'leased', owner: 'test', lease_until: sql`now() + interval '1 minute'` })
      .set((row) => ({ attempt: row('attempt', '+', 1) }))
      .where('kind', '=', 'traces.recount')
      .returning(['id', 'kind', 'key', 'attempt', 'payload'])
      .execute(),
  )
  assert.equal(rows.length, 1, 'once, however many batches came')
  const [row] = rows
  const handler = traces.area.work?.find((one) => one.kind === row?.kind)
  assert.ok(row && handler)
  const attempt: Attempt = { workId: row.id, attempt: row.attempt, signal: new AbortController().signal }
  const payload = row.payload as Record<string, unknown>
  await handler.handle({ kind: row.kind, key: row.key, projectId, payload }, attempt)
}

test('the batches of a large trace are counted later, all at once', async () => {
  const whole = mostCountedAtOnce + 500
  await log(1, whole)
  assert.equal(await total(), whole - 1, 'one batch is counted by itself')
  for (let n = 1; n <= 3; n++) await log(whole + n, whole + n)
  assert.equal(await total(), whole - 1)
  await work()
  assert.equal(await total(), whole + 2)
  const read = await countedSpans(store, projectId, traceId, mostCountedAtOnce)
  assert.equal(read.length, mostCountedAtOnce + 1, 'no batch reads more')
})
