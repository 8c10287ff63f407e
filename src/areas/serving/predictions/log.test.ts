import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { openTestStore, type TestStore } from '../../../../test/kit/database.ts'
import type { Attempt } from '../../../base/area.ts'
import { uuidv7 } from '../../../base/id.ts'
import { silent } from '../../../base/log.ts'
import type { Blobs } from '../../../blobs/blobs.ts'
import { openBlobs } from '../../../blobs/open.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { createColumnar } from '../../../columnar/pool.ts'
import { lease, makeDeployment, makeProject, newRevision, tester } from '../fixture.ts'
import type { PredictionRecord } from '../log/record.ts'
import { PredictionLog } from '../log/writer.ts'
import { newlyLabelled } from '../reader.ts'
import { startRollout } from '../rollouts/start.ts'
import { compactAll } from './compact.ts'
import { convertSegment } from './convert.ts'
import { labelCoverage } from './coverage.ts'
import { freeReplaced } from './free.ts'
import { addLabels, type Label } from './label.ts'
import { labelledPredictions } from './labelled.ts'
import { readParts } from './part.ts'
import { loggedRows } from './recent.ts'
import { convertWork, takeSegment } from './segment.ts'

const hour = 3_600_000

describe('the prediction log', () => {
  let store: TestStore
  let blobs: Blobs
  let columnar: Columnar
  let home: string
  let projectId: string
  let deploymentId: string
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'serving-test-'))
    store = await openTestStore()
    blobs = await openBlobs({ kind: 'local', home })
    columnar = createColumnar({ tempDirectory: join(home, 'spill'), memoryBytes: 128 * 2 ** 20 })
    projectId = await makeProject(store)
  })
  after(async () => {
    await columnar[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await rm(home, { recursive: true })
  })
  beforeEach(async () => {
    deploymentId = await makeDeployment(store, projectId)
    const rollout = { deploymentId, ...newRevision(), steps: [], abortIf: [], reason: 'a test' }
    await store.transact(tester, (tx) => startRollout(tx, rollout))
  })

  const deps = () => ({ store, blobs, columnar, log: silent, tempDirectory: join(home, 'tmp') })

  const record = (values: [number, number][], label: number[], time = Date.now()): PredictionRecord => ({
    id: uuidv7(time),
    requestId: `request ${time} ${values.join(' ')}`,
    time,
    deploymentId,
    revision: 1,
    modelVersionId: uuidv7(),
    latencyUs: 900,
    status: 200,
    inputs: [
      { name: 'input', datatype: 'FP32', shape: [values.length, 2], data: Float32Array.from(values.flat()) },
    ],
    outputs: [
      {
        name: 'label',
        datatype: 'INT64',
        shape: [values.length],
        data: BigInt64Array.from(label.map(BigInt)),
      },
    ],
  })

  /** The bytes of a segment, as a model server writes it. */
  async function segmentOf(records: PredictionRecord[]): Promise<Buffer> {
    const directory = await mkdtemp(join(home, 'log-'))
    using log = new PredictionLog({ directory, serverId: 'server', log: silent })
    await Promise.all(
      records.map(
        (one) => new Promise<void>((resolve, reject) => log.append(one, (e) => (e ? reject(e) : resolve()))),
      ),
    )
    log.rotate()
    const [name, ...others] = (await readdir(directory)).filter((file) => file.endsWith('.segment'))
    assert.ok(name && others.length === 0)
    return readFile(join(directory, name))
  }

  async function upload(bytes: Buffer, name = `${uuidv7()}-1`): Promise<string> {
    const { digest, size } = await blobs.put(bytes)
    await store.housekeep((tx) => takeSegment(tx, { name, digest, size }))
    return name
  }

  async function convert(...records: PredictionRecord[]): Promise<void> {
    const name = await upload(await segmentOf(records))
    await convertSegment(deps(), name, await lease(store, convertWork, name))
  }

  async function work(kind: string, run: (attempt: Attempt) => Promise<void>): Promise<void> {
    await store.housekeep((tx) => tx.enqueue({ kind, key: deploymentId, projectId }))
    await run(await lease(store, kind, deploymentId))
  }

  const label = (...labels: Label[]) => store.housekeep((tx) => addLabels(tx, deploymentId, labels))

  const read = async (path: string) =>
    columnar.query({
      statements: ['select * from read_parquet({{path}}) order by time, id, "row"'],
      files: { path },
    })

  it('turns a segment into Parquet with features and outputs by name', async () => {
    const now = Date.now()
    await convert(
      record(
        [
          [1, 2],
          [3, 4],
        ],
        [7, 8],
        now,
      ),
      record([[5, Number.NaN]], [9], now + 1),
    )
    const rows = await loggedRows(deps(), { deploymentId, limit: 10 })
    assert.deepEqual(
      rows.map(({ row, inputs, outputs }) => ({ row, inputs, outputs })),
      [
        { row: 0, inputs: { height: 5 }, outputs: { label: 9 } },
        { row: 0, inputs: { height: 1, width: 2 }, outputs: { label: 7 } },
        { row: 1, inputs: { height: 3, width: 4 }, outputs: { label: 8 } },
      ],
    )
    assert.equal(rows[0]?.time, new Date(now + 1).toISOString())
  })

  it('keeps each row once, however often the segment comes and is converted', async () => {
    const bytes = await segmentOf([record([[1, 2]], [7])])
    const name = await upload(bytes)
    const attempt = await lease(store, convertWork, name)
    await convertSegment(deps(), name, attempt)
    await upload(bytes, name)
    await convertSegment(deps(), name, attempt)
    assert.equal((await readParts(store.read, deploymentId)).length, 1)
    const events = await store.read
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'predictions.converted')
      .where('subject', '=', deploymentId)
      .execute()
    assert.equal(events.length, 1)
    await assert.rejects(upload(Buffer.from('other bytes'), name), { code: 'conflict' })
  })

  it('lets an attempt that lost its lease record nothing', async () => {
    const name = await upload(await segmentOf([record([[1, 2]], [7])]))
    const lost = await lease(store, convertWork, name)
    const next = await lease(store, convertWork, name)
    await assert.rejects(convertSegment(deps(), name, lost), { code: 'conflict' })
    assert.equal((await readParts(store.read, deploymentId)).length, 0)
    await convertSegment(deps(), name, next)
    assert.equal((await readParts(store.read, deploymentId)).length, 1)
  })

  it('saves the records before a damage', async () => {
    const bytes = await segmentOf([record([[1, 2]], [7]), record([[3, 4]], [8])])
    bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 0xff
    const name = await upload(bytes)
    await convertSegment(deps(), name, await lease(store, convertWork, name))
    const rows = await loggedRows(deps(), { deploymentId, limit: 10 })
    assert.deepEqual(
      rows.map((row) => row.outputs),
      [{ label: 7 }],
    )
    const segment = await store.read
      .selectFrom('prediction_segments')
      .select(['state', 'error'])
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    assert.equal(segment.state, 'damaged')
    assert.match(segment.error ?? '', /damaged at byte \d+/)
  })

  it('summarizes each minute as a whole would be', async () => {
    const time = Math.floor(Date.now() / 60_000) * 60_000
    await convert(
      record(
        [
          [1, 2],
          [2, 2],
        ],
        [7, 9],
        time,
      ),
    )
    await convert(record([[6, 5]], [8], time + 1000))
    const [minute, ...others] = await store.read
      .selectFrom('prediction_minutes')
      .selectAll()
      .where('deployment_id', '=', deploymentId)
      .execute()
    assert.equal(others.length, 0)
    assert.equal(minute?.rows, 3)
    assert.equal(minute?.minute.getTime(), time)
    assert.deepEqual(minute?.columns, {
      in_height: { count: 3, nulls: 0, numeric: { mean: 3, m2: 14, min: 1, max: 6 } },
      in_width: { count: 3, nulls: 0, numeric: { mean: 3, m2: 6, min: 2, max: 5 } },
      out_label: {
        count: 3,
        nulls: 0,
        numeric: { mean: 8, m2: 2, min: 7, max: 9 },
        values: { 7: 1, 8: 1, 9: 1 },
      },
    })
  })

  it('joins labels by either id and lets the newest hold', async () => {
    const [a, b, c] = [
      record(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
      ),
      record([[5, 6]], [3]),
      record([[7, 8]], [4]),
    ]
    await label({ predictionId: a.id, row: 1, value: 5 })
    await convert(a, b, c)
    await label({ requestId: b.requestId ?? '', value: 6 }, { predictionId: b.id, value: 8 })
    await label({ predictionId: uuidv7(), value: 99 })
    await using labelled = await labelledPredictions(deps(), { deploymentId })
    assert.ok(labelled)
    assert.equal(labelled.rows, 2)
    assert.ok(labelled.columns.includes('in_height') && labelled.columns.includes('label'))
    const rows = await read(labelled.path)
    assert.deepEqual(
      rows.map((row) => [row.id, row.row, row.in_height, row.label]).sort(),
      [
        [a.id, 1, 3, 5],
        [b.id, 0, 5, 8],
      ].sort(),
    )
    const coverage = await labelCoverage(deps(), deploymentId, new Date(Date.now() - hour))
    assert.equal(
      coverage.reduce((sum, one) => sum + one.rows, 0),
      4,
    )
    assert.equal(
      coverage.reduce((sum, one) => sum + one.labelled, 0),
      2,
    )
    const shown = await loggedRows(deps(), { deploymentId, limit: 10, id: b.id })
    assert.equal(shown[0]?.label?.value, 8)
  })

  it('gives a reader of new labels each once, also those ahead of their prediction', async () => {
    const [a, b] = [record([[1, 2]], [1]), record([[3, 4]], [2])]
    await convert(a)
    await label({ predictionId: a.id, value: 1 }, { predictionId: b.id, value: 2 })
    await using first = await labelledPredictions(deps(), { deploymentId, afterLabel: 0 })
    assert.deepEqual([first?.rows, first?.lastLabel], [1, 1])
    await convert(b)
    await using second = await labelledPredictions(deps(), {
      deploymentId,
      afterLabel: first?.lastLabel ?? 0,
    })
    assert.ok(second)
    assert.deepEqual([second.rows, second.lastLabel], [1, 2])
    assert.equal((await read(second.path))[0]?.id, b.id)
    assert.equal(await labelledPredictions(deps(), { deploymentId, afterLabel: 2 }), undefined)
  })

  it('merges the parts of a past hour without losing or doubling a row', async () => {
    const past = Math.floor(Date.now() / hour) * hour - 2 * hour
    const records = Array.from({ length: 4 }, (_, i) => record([[i, i]], [i], past + i * 1000))
    for (const one of records) await convert(one)
    await convert(record([[9, 9]], [9]))
    await work('serving.compact', (attempt) => compactAll(deps(), attempt))
    const parts = await readParts(store.read, deploymentId)
    assert.deepEqual(
      parts.map((part) => [part.fromSequence, part.sequence, part.rows]),
      [
        [1, 4, 4],
        [5, 5, 1],
      ],
    )
    const merged = await read(await blobs.localPath(parts[0]?.digest ?? ''))
    assert.deepEqual(
      merged.map((row) => row.id),
      records.map((one) => one.id),
    )
    const numbers = async (range: object) =>
      (await readParts(store.read, deploymentId, range)).map((part) => [part.fromSequence, part.sequence])
    assert.deepEqual(await numbers({ after: 2 }), [
      [3, 3],
      [4, 4],
      [5, 5],
    ])
    assert.deepEqual(await numbers({ through: 3 }), [
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    assert.deepEqual(await numbers({ after: 4 }), [[5, 5]])
  })

  it('frees what was replaced, after a while', async () => {
    const past = Math.floor(Date.now() / hour) * hour - 2 * hour
    for (const i of [1, 2]) await convert(record([[i, i]], [i], past + i))
    await work('serving.compact', (attempt) => compactAll(deps(), attempt))
    await work('serving.free', (attempt) => freeReplaced(deps(), attempt))
    assert.equal((await readParts(store.read, deploymentId, { after: 1 })).length, 1)
    const long = new Date(Date.now() - 9 * 24 * hour)
    await store.housekeep(async (tx) => {
      await tx.db.updateTable('prediction_parts').set({ created_at: long }).execute()
      await tx.db.updateTable('prediction_segments').set({ converted_at: long }).execute()
    })
    const segments = await store.read.selectFrom('prediction_segments').select('digest').execute()
    await work('serving.free', (attempt) => freeReplaced(deps(), attempt))
    const named = await store.read
      .selectFrom('prediction_segments')
      .select('digest')
      .where('freed_at', 'is', null)
      .execute()
    assert.deepEqual(named, [])
    // The same bytes may be somebody else's: only the collector can tell.
    for (const { digest } of segments) assert.ok(await blobs.stat(digest))
    assert.equal((await loggedRows(deps(), { deploymentId, limit: 10 })).length, 2)
    const left = await store.read
      .selectFrom('prediction_parts')
      .select('id')
      .where('merged_into', 'is not', null)
      .execute()
    assert.equal(left.length, 0)
  })

  it('counts rows that got their first label, not corrections', async () => {
    await label({ requestId: 'a', value: 1 }, { requestId: 'b', value: 1 })
    const [row] = await store.read
      .selectFrom('labels')
      .select('received_at')
      .where('deployment_id', '=', deploymentId)
      .execute()
    await label(
      { requestId: 'b', value: 2 },
      { requestId: 'b', row: 1, value: 2 },
      { predictionId: uuidv7(), value: 3 },
    )
    assert.equal(await newlyLabelled(store.read, deploymentId, row?.received_at ?? new Date()), 2)
    assert.equal(await newlyLabelled(store.read, deploymentId, new Date(0)), 4)
  })

  it('takes no label with two names, with none, or of the future', async () => {
    await assert.rejects(label({ value: 1 }), { code: 'invalid_argument' })
    await assert.rejects(label({ predictionId: uuidv7(), requestId: 'r', value: 1 }), {
      code: 'invalid_argument',
    })
    const observedAt = new Date(Date.now() + hour)
    await assert.rejects(label({ requestId: 'r', value: 1, observedAt }), { code: 'invalid_argument' })
  })
})
