import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../../test/kit/database.ts'
import { uuidv7 } from '../../../base/id.ts'
import { system } from '../../../base/principal.ts'
import type { Blobs } from '../../../blobs/blobs.ts'
import type { Tx } from '../../../store/store.ts'
import { createArtifacts } from '../../artifacts/index.ts'
import { createTracking, type Experiment } from '../../tracking/index.ts'
import {
  addItems,
  createLabelSchema,
  createQueue,
  createTraces,
  deleteLabelSchema,
  deleteTraces,
  type LabelInput,
  removeItems,
  settleItem,
  type Traces,
  updateLabelSchema,
  updateQueue,
} from '../index.ts'

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

const change = <T>(what: (tx: Tx) => Promise<T>) => store.transact(system('test'), what)
const yesNo: LabelInput = { kind: 'pass_fail', positive: 'Yes', negative: 'No' }

const newSchema = (name: string, input: LabelInput = yesNo) =>
  change((tx) =>
    createLabelSchema(tx, {
      projectId,
      experimentId: experiment.id,
      name,
      kind: 'feedback',
      instruction: null,
      comment: false,
      input,
    }),
  )
const newQueue = (name: string, more: { users?: string[]; schemaIds?: string[]; kind?: 'user' } = {}) =>
  change((tx) =>
    createQueue(tx, {
      projectId,
      experimentId: experiment.id,
      name,
      kind: 'custom',
      users: [],
      schemaIds: [],
      createdBy: null,
      ...more,
    }),
  )

let made = 0
async function newTrace(): Promise<string> {
  made += 1
  const traceId = `tr-${made.toString(16).padStart(32, '0')}`
  const span = {
    traceId,
    id: '0000000000000001',
    parentId: null,
    name: 'root',
    status: 'ok',
    message: '',
    start: 1n,
    end: 2n,
    attributes: new Map(),
    events: [],
    links: [],
  } as const
  await traces.logSpans(experiment, [{ resource: new Map(), spans: [span] }])
  return traceId
}

test('an experiment has a question of its own that stays as it is', async () => {
  const list = async () => (await traces.labelSchemas(projectId, experiment.id, { limit: 10 })).rows
  await Promise.all([list(), list()])
  const [standard, ...others] = await list()
  assert.deepEqual([standard?.name, standard?.standard, others.length], ['Feedback', true, 0])
  const id = standard?.id ?? ''
  await assert.rejects(
    change((tx) => deleteLabelSchema(tx, projectId, id)),
    /cannot be deleted/,
  )
  await assert.rejects(
    change((tx) => updateLabelSchema(tx, projectId, id, { name: 'other' })),
    /cannot be edited/,
  )
  await assert.rejects(newSchema(' feedback'), /is reserved/)
})

test('a schema changes within its way of answering', async () => {
  const id = await newSchema('Sort', { kind: 'categorical', options: ['a'], multiple: false })
  const update = (input: LabelInput) => change((tx) => updateLabelSchema(tx, projectId, id, { input }))
  await update({ kind: 'categorical', options: ['a', 'b'], multiple: false })
  assert.deepEqual((await traces.labelSchema(projectId, id)).input, {
    kind: 'categorical',
    options: ['a', 'b'],
    multiple: false,
  })
  await assert.rejects(update(yesNo), /cannot be changed after creation \(existing: InputCategorical/)
  await assert.rejects(update({ kind: 'categorical', options: ['a'], multiple: true }), /multi_select/)
  await newSchema('Taken')
  await assert.rejects(
    change((tx) => updateLabelSchema(tx, projectId, id, { name: 'Taken' })),
    { code: 'already_exists' },
  )
  await assert.rejects(newSchema('Sort'), { code: 'already_exists' })
})

test('answers that make no sense are refused', async () => {
  const wrong: [LabelInput, RegExp][] = [
    [{ kind: 'pass_fail', positive: 'x', negative: 'x' }, /must be distinct; got 'x' for both/],
    [{ kind: 'pass_fail', positive: '', negative: 'x' }, /positive_label` must be a non-empty string/],
    [{ kind: 'categorical', options: [], multiple: false }, /must be a non-empty list; got \[\]/],
    [{ kind: 'categorical', options: ['a', 'a'], multiple: false }, /'a' appears twice/],
    [{ kind: 'numeric', least: 2, most: 1.5 }, /got min=2.0, max=1.5/],
    [{ kind: 'text', longest: 0 }, /at least 1; got 0/],
  ]
  for (const [input, message] of wrong) await assert.rejects(newSchema('wrong', input), message)
})

test('names of queues differ by more than case, and people are in lower case', async () => {
  const id = await newQueue('Mine', { users: ['Bo', 'ada ', 'BO'] })
  assert.deepEqual((await traces.reviewQueue(projectId, id)).users, ['ada', 'bo'])
  await assert.rejects(newQueue('mINE'), { code: 'already_exists' })
  const other = await newQueue('other')
  await assert.rejects(
    change((tx) => updateQueue(tx, projectId, other, { name: 'MINE' })),
    { code: 'already_exists' },
  )
  await change((tx) => updateQueue(tx, projectId, id, { name: 'MINE' }))
  assert.equal((await traces.reviewQueueNamed(experiment.id, 'mine'))?.name, 'MINE')
  await assert.rejects(newQueue('Default'), /reserved queue name/)
  await assert.rejects(newQueue('many', { users: [...'abcdefghijk'] }), /at most 10 assigned users; got 11/)
})

test("a person's own queue stays as it is", async () => {
  const id = await newQueue('Eve', { kind: 'user' })
  const { name, users } = await traces.reviewQueue(projectId, id)
  assert.deepEqual([name, users], ['eve', ['eve']])
  await assert.rejects(
    newQueue('Pat', { kind: 'user', users: ['eve'] }),
    /got name='pat' and users=\['eve'\]/,
  )
  await assert.rejects(
    change((tx) => updateQueue(tx, projectId, id, { users: [] })),
    /are fixed/,
  )
})

test('the questions of a queue are locked while it holds traces', async () => {
  const schema = await newSchema('Locked')
  const id = await newQueue('locking', { schemaIds: [schema] })
  const trace = await newTrace()
  await change((tx) => addItems(tx, projectId, id, [trace]))
  const clear = () => change((tx) => updateQueue(tx, projectId, id, { schemaIds: [] }))
  await assert.rejects(clear(), /questions are locked/)
  await change((tx) => removeItems(tx, projectId, id, [trace]))
  await clear()
  assert.deepEqual((await traces.reviewQueue(projectId, id)).schemaIds, [])
  await assert.rejects(
    newQueue('unknown', { schemaIds: ['ls-1'] }),
    /Label schema id\(s\) \['ls-1'\] not found/,
  )
})

test('who settles an item first is kept, until it is opened again', async () => {
  const id = await newQueue('settling')
  const [one, two] = [await newTrace(), await newTrace()]
  await change((tx) => addItems(tx, projectId, id, [two, one, ` ${two} `]))
  const settle = (status: 'pending' | 'complete' | 'declined', by?: string) =>
    change((tx) => settleItem(tx, projectId, { queueId: id, traceId: one }, { status, by }))
  await settle('complete', 'Ada')
  await settle('complete', 'bo')
  const again = await change((tx) => addItems(tx, projectId, id, [one, two]))
  assert.deepEqual(
    again.map((item) => [item.traceId, item.status, item.completedBy]),
    [
      [one, 'complete', 'ada'],
      [two, 'pending', null],
    ],
  )
  const open = await traces.reviewItems(id, 'pending', { limit: 10 })
  assert.deepEqual(
    open.rows.map((item) => item.traceId),
    [two],
  )
  await assert.rejects(settle('declined'), /`completed_by` is required when setting status to `declined`/)
  await settle('pending')
  const { completedBy, completed } = await traces.reviewItem(id, one)
  assert.deepEqual([completedBy, completed], [null, null])
})

test('queues hold traces of their experiment only, as long as they are', async () => {
  const id = await newQueue('holding')
  const trace = await newTrace()
  await assert.rejects(
    change((tx) => addItems(tx, projectId, id, [trace, 'tr-nowhere'])),
    { code: 'not_found', message: /Cannot attach trace\(s\) \['tr-nowhere'\]/ },
  )
  const holding = () => traces.reviewQueues(experiment.id, { users: [], traceId: trace }, { limit: 10 })
  assert.deepEqual((await holding()).rows, [])
  await change((tx) => addItems(tx, projectId, id, [trace]))
  assert.deepEqual(
    (await holding()).rows.map((queue) => queue.id),
    [id],
  )
  await change((tx) => deleteTraces(tx, { projectId, ids: [trace] }))
  assert.deepEqual((await holding()).rows, [])
})

test('pages of queues join', async () => {
  const ids = [await newQueue('p1', { users: ['pia'] }), await newQueue('p2', { users: ['pia', 'bo'] })]
  const page = (cursor?: string) =>
    traces.reviewQueues(experiment.id, { users: ['PIA'] }, { limit: 1, cursor })
  const first = await page()
  const second = await page(first.next)
  assert.deepEqual([...first.rows, ...second.rows].map((queue) => queue.id).sort(), ids.sort())
  assert.equal(second.next, undefined)
})
