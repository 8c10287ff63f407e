import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { uuidv7 } from '../../../base/id.ts'
import { silent } from '../../../base/log.ts'
import { crc32c } from './crc32c.ts'
import { decodeSegment, readSegment } from './decode.ts'
import { makeRecord } from './fixture.ts'
import type { PredictionRecord } from './record.ts'
import { recoverSegments, scan } from './recover.ts'
import { Shipper } from './ship.ts'
import { loggedTensor } from './summary.ts'
import { PredictionLog } from './writer.ts'

async function makeDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'slipway-log-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

function openLog(directory: string, serverId = uuidv7()) {
  return new PredictionLog({ directory, serverId, log: silent, rotateMs: 60_000 })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

function append(log: PredictionLog, record: PredictionRecord): Promise<unknown> {
  return new Promise((resolve) => log.append(record, resolve))
}

async function readAll(directory: string): Promise<PredictionRecord[]> {
  const records: PredictionRecord[] = []
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.segment'))) {
    records.push(...(await collect(readSegment(join(directory, file)))))
  }
  return records
}

test('CRC-32C of RFC 3720 and of every alignment', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43)
  assert.equal(crc32c(Buffer.from('xx123456789x'), 2, 11), 0xe3069283)
})

test('records come back as they were, of every datatype', async () => {
  await using directory = await makeDirectory()
  const records = [
    makeRecord(1),
    makeRecord(2, { requestId: undefined, revision: 7 }),
    makeRecord(3, {
      inputs: [
        { name: 'text', datatype: 'BYTES', shape: [2], data: ['ä', ''] },
        { name: 'flag', datatype: 'BOOL', shape: [1], data: new Uint8Array([1]) },
        { name: 'half', datatype: 'FP16', shape: [1], data: new Uint16Array([15360]) },
        { name: 'double', datatype: 'FP64', shape: [1], data: new Float64Array([Math.PI]) },
        { name: 'big', datatype: 'UINT64', shape: [1], data: new BigUint64Array([2n ** 64n - 1n]) },
        { name: 'scalar', datatype: 'INT32', shape: [], data: new Int32Array([-5]) },
        { name: 'none', datatype: 'INT8', shape: [0, 3], data: new Int8Array(0) },
      ],
    }),
    makeRecord(4),
  ]
  const log = openLog(directory.path)
  const errors = await Promise.all(records.map((record) => append(log, record)))
  assert.deepEqual(errors, [undefined, undefined, undefined, undefined])
  log.rotate()
  assert.deepEqual(await readAll(directory.path), records)
})

test('a segment can be decoded in pieces of any size', async () => {
  await using directory = await makeDirectory()
  const log = openLog(directory.path)
  const records = Array.from({ length: 20 }, (_, i) => makeRecord(i))
  await Promise.all(records.map((record) => append(log, record)))
  log.rotate()
  const [file = ''] = await readdir(directory.path)
  const bytes = await readFile(join(directory.path, file))
  async function* pieces(size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  for (const size of [1, 7, 1000]) assert.deepEqual(await collect(decodeSegment(pieces(size))), records)
})

test('large tensors are logged by digest and statistics', () => {
  const small = loggedTensor({ name: 'x', datatype: 'FP32', shape: [2], data: new Float32Array(2) })
  assert.ok(small.data)
  const data = new Float32Array(20_000).fill(2)
  data[0] = Number.NaN
  data[1] = 6
  const large = loggedTensor({ name: 'x', datatype: 'FP32', shape: [20_000], data })
  assert.equal(large.data, undefined)
  assert.equal(large.summary?.bytes, 80_000)
  assert.equal(large.summary?.max, 6)
  assert.match(large.summary?.digest ?? '', /^[0-9a-f]{64}$/)
})

test('a torn tail is cut off at any byte, and what was whole before it is kept', async () => {
  await using directory = await makeDirectory()
  const log = openLog(directory.path)
  for (let i = 0; i < 5; i++) await append(log, makeRecord(i))
  log.rotate()
  const [file = ''] = await readdir(directory.path)
  const whole = await readFile(join(directory.path, file))
  const ends: number[] = []
  for (let length = whole.length; length > 0; length--) {
    const found = scan(whole.subarray(0, length))
    assert.ok(found.length <= length)
    if (found.length === length && found.records > 0) ends.push(length)
  }
  assert.equal(ends.length, 5)
  const damaged = Buffer.from(whole)
  damaged[whole.length - 3] = (damaged[whole.length - 3] ?? 0) ^ 1
  assert.equal(scan(damaged).records, 4)
})

test('recovery closes what a dead process left, cut at the damage, and leaves the files of living ones', async () => {
  await using directory = await makeDirectory()
  const log = openLog(directory.path)
  await append(log, makeRecord(1))
  await recoverSegments(directory.path, silent)
  assert.deepEqual(
    (await readdir(directory.path)).map((name) => name.replace(/^.*\./, '.')),
    ['.open'],
  )
  log.rotate()
  await writeFile(join(directory.path, 'aaaaaaaa-0.open'), 'SLIP')
  await recoverSegments(directory.path, silent)
  assert.equal((await readdir(directory.path)).length, 1)
})

test('kill -9 loses no acknowledged record', async () => {
  await using directory = await makeDirectory()
  for (let round = 0; round < 3; round++) {
    const acknowledged = await killedWriter(directory.path, 300 * (round + 1))
    await recoverSegments(directory.path, silent)
    const numbers = (await readAll(directory.path)).map((record) => record.latencyUs)
    const kept = new Set(numbers)
    assert.equal(kept.size, numbers.length, 'each record once')
    assert.deepEqual(
      acknowledged.filter((number) => !kept.has(number)),
      [],
    )
    for (const file of await readdir(directory.path)) await rm(join(directory.path, file))
  }
})

test('damage after recovery: bytes after a torn write are cut, then shipped segments decode', async () => {
  await using directory = await makeDirectory()
  await killedWriter(directory.path, 100)
  for (const file of await readdir(directory.path)) {
    if (file.endsWith('.open')) await appendFile(join(directory.path, file), Buffer.from([9, 0, 0, 0, 1, 2]))
  }
  await recoverSegments(directory.path, silent)
  assert.ok((await readAll(directory.path)).length >= 100)
  const [file = ''] = await readdir(directory.path)
  const path = join(directory.path, file)
  await truncate(path, (await readFile(path)).length - 1)
  await assert.rejects(collect(readSegment(path)), { code: 'invalid_data' })
})

test('closed segments are sent in order, tried again, and deleted once taken', async () => {
  await using directory = await makeDirectory()
  const stop = new AbortController()
  const sent: string[] = []
  const done = Promise.withResolvers<void>()
  let failures = 1
  const serverId = uuidv7()
  const shipper = new Shipper({
    directory: directory.path,
    log: silent,
    signal: stop.signal,
    async send(name, path) {
      if (failures-- > 0) throw new Error('The control plane is away.')
      sent.push(name)
      assert.equal((await collect(readSegment(path))).length, 1)
      if (sent.length === 11) done.resolve()
      return 'taken'
    },
  })
  const log = openLog(directory.path, serverId)
  for (let i = 0; i < 11; i++) {
    await append(log, makeRecord(i))
    log.rotate()
  }
  const running = shipper.run()
  await done.promise
  stop.abort()
  await running
  assert.deepEqual(
    sent,
    Array.from({ length: 11 }, (_, i) => `${serverId}-${i}`),
  )
  assert.deepEqual(await readdir(directory.path), [])
})

/** Numbers that a writer acknowledged before it was killed, at least so many. */
async function killedWriter(directory: string, atLeast: number): Promise<number[]> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'writer-process.ts'), directory, uuidv7()],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  let killed = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (killed || text.split('\n').length < atLeast) return
    killed = true
    child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('close', resolve))
  return text.slice(0, text.lastIndexOf('\n')).split('\n').map(Number)
}
