import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import type { Attempt } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { createArtifacts } from '../artifacts/index.ts'
import { createTracking, type Experiment } from '../tracking/index.ts'
import { createTraces, deleteTraces, type NewTrace, type Span, type Traces } from './index.ts'

const principal = system('test')
const projectId = uuidv7()
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

let made = 0
function newId(): string {
  made += 1
  return `tr-${made.toString(16).padStart(32, '0')}`
}

function spanId(n: number): string {
  return n.toString(16).padStart(16, '0')
}

function span(traceId: string, n: number, more: Partial<Span> = {}): Span {
  return {
    traceId,
    id: spanId(n),
    parentId: n === 1 ? null : spanId(1),
    name: `span ${n}`,
    status: 'ok',
    message: '',
    start: 1_000_000_000n + BigInt(n),
    end: 2_000_000_000n + BigInt(n),
    attributes: new Map(),
    events: [],
    links: [],
    ...more,
  }
}

const usage = (total: number) =>
  new Map([
    [
      'mlflow.chat.tokenUsage',
      JSON.stringify({ input_tokens: total, output_tokens: 0, total_tokens: total }),
    ],
  ])

async function log(spans: readonly Span[]): Promise<void> {
  await traces.logSpans(experiment, [{ resource: new Map([['service.name', '"shop"']]), spans }])
}

function told(id: string): NewTrace {
  return {
    id,
    experimentId: experiment.id,
    name: 'told',
    state: 'error',
    start: 5,
    duration: 7,
    clientRequestId: null,
    request: null,
    response: null,
    session: null,
    usage: null,
    cost: null,
    tags: { a: 'b' },
    metadata: { m: 'told' },
    assessments: [],
  }
}

test('a trace is the same whichever of its spans comes first', async () => {
  const orders = [
    [1, 2, 3],
    [3, 2, 1],
  ]
  const seen = []
  for (const order of orders) {
    const id = newId()
    for (const n of order) {
      const inputs: [string, string] = ['mlflow.spanInputs', '{"messages":[{"role":"user","content":"Hi"}]}']
      await log([span(id, n, n === 1 ? { attributes: new Map([inputs]), status: 'error' } : {})])
    }
    const { id: _id, tags, ...trace } = await traces.trace(projectId, id)
    assert.equal(tags['service.name'], 'shop')
    seen.push(trace)
  }
  assert.deepEqual(seen[0], seen[1])
  assert.equal(seen[0]?.state, 'error')
  assert.equal(seen[0]?.request, 'Hi')
  assert.deepEqual([seen[0]?.start, seen[0]?.duration], [1000, 1000])
})

test('what the client tells of its trace holds, before and after its spans', async () => {
  for (const first of ['told', 'spans']) {
    const id = newId()
    if (first === 'told') await traces.startTrace(experiment, told(id))
    await log([span(id, 1), span(id, 2, { attributes: usage(4) })])
    if (first === 'spans') await traces.startTrace(experiment, told(id))
    const trace = await traces.trace(projectId, id)
    assert.deepEqual([trace.name, trace.state, trace.start, trace.duration], ['told', 'error', 5, 7], first)
    assert.equal(trace.tags.a, 'b')
    assert.equal(trace.usage?.total_tokens, 4, 'what it left open is counted from the spans')
  }
})

test('tokens that a parent repeats are counted once, also when it comes in a later batch', async () => {
  const id = newId()
  await log([span(id, 2, { attributes: usage(10) }), span(id, 3, { attributes: usage(5) })])
  assert.equal((await traces.trace(projectId, id)).usage?.total_tokens, 15)
  await log([span(id, 1, { attributes: usage(15) })])
  assert.equal((await traces.trace(projectId, id)).usage?.total_tokens, 15)
})

test('concurrent batches of one trace lose nothing', async () => {
  const id = newId()
  await Promise.all(Array.from({ length: 40 }, (_, n) => log([span(id, n + 1)])))
  const counts = await traces.spanCounts(projectId, [id])
  assert.equal(counts.get(id), 40)
  assert.equal((await traces.trace(projectId, id)).duration, 1000)
})

test('a large trace is read in pages, roots first, each span once', async () => {
  const id = newId()
  const all = Array.from({ length: 5000 }, (_, n) =>
    span(id, n + 1, { start: 1_000_000_000n + BigInt(n % 7) }),
  )
  await log(all)
  const ids: string[] = []
  let pages = 0
  for await (const page of traces.spans(projectId, id)) {
    pages += 1
    ids.push(...page.map((one) => one.id))
  }
  assert.ok(pages > 2)
  assert.equal(ids[0], spanId(1))
  assert.equal(new Set(ids).size, 5000)
})

test('what spans carry comes back to the digit, and no text is too strange', async () => {
  const id = newId()
  const strange = JSON.stringify({ z: 1, a: '\ud83d\ude00 \u2028 % \\' })
  await log([
    span(id, 1, {
      name: 'nul \0 here',
      attributes: new Map([
        ['k', strange],
        ['f', '1.0'],
        ['big', '9007199254740993'],
      ]),
    }),
  ])
  const stored = await traces.span(projectId, id, spanId(1))
  assert.ok(stored?.content.includes(`"k":${strange},"f":1.0,"big":9007199254740993`))
  assert.equal(stored?.name, 'nul \ufffd here')
})

test('deleted traces leave nothing behind', async () => {
  const id = newId()
  await log([span(id, 1)])
  const deleted = await store.transact(principal, (tx) => deleteTraces(tx, { projectId, ids: [id] }))
  assert.equal(deleted, 1)
  await assert.rejects(
    traces.trace(projectId, id),
    (error) => error instanceof SlipwayError && error.code === 'not_found',
  )
  assert.equal((await traces.spanCounts(projectId, [id])).size, 0)
})

test('a rule of retention removes what is older, with its spans', async () => {
  const [old, young] = [newId(), newId()]
  await log([span(old, 1)])
  await log([span(young, 1, { start: 9_000_000_000n, end: 9_000_000_001n })])
  const attempt = await leased('keeping.retain')
  const retain = (before: number) =>
    traces.area.retain?.({ projectId, name: 'traces', before: new Date(before) }, attempt)
  assert.ok(Number(await retain(8_000)) >= 1)
  assert.equal((await traces.spanCounts(projectId, [old])).size, 0)
  assert.equal((await traces.spanCounts(projectId, [young])).size, 1)
  assert.equal(await retain(8_000), 0)
})

async function leased(kind: string): Promise<Attempt> {
  const attempt: Attempt = { workId: uuidv7(), attempt: 1, signal: new AbortController().signal }
  const row = {
    kind,
    key: 'test',
    state: 'leased',
    owner: 'test',
    lease_until: new Date(Date.now() + 3600_000),
  }
  await store.housekeep((tx) =>
    tx.db
      .insertInto('work')
      .values({ ...row, id: attempt.workId, attempt: attempt.attempt })
      .execute(),
  )
  return attempt
}

test('a trace of one project is unknown in another, even under the same id', async () => {
  const id = newId()
  await log([span(id, 1)])
  assert.equal(await traces.find(uuidv7(), id), undefined)
})
