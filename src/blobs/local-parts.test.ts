import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLocalBlobs } from './local.ts'
import { testParts } from './parts-suite.ts'

const root = await mkdtemp(join(tmpdir(), 'slipway-parts-'))
after(() => rm(root, { recursive: true }))
const blobs = await openLocalBlobs(root)
const { parts } = blobs

testParts(async () => blobs)

async function* of(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

test('all parts but the last are equally long, and the last no longer', async () => {
  const upload = await parts.begin(3)
  await parts.put(upload, 1, of(randomBytes(10)), { size: 10 })
  await assert.rejects(parts.put(upload, 2, of(randomBytes(9)), { size: 9 }), { code: 'invalid_argument' })
  await assert.rejects(parts.put(upload, 3, of(randomBytes(11)), { size: 11 }), { code: 'invalid_argument' })
  await assert.rejects(parts.put(upload, 4, of(randomBytes(10)), { size: 10 }), { code: 'invalid_argument' })
})

test('a part that breaks off, is too long or too short does not count', async () => {
  const upload = await parts.begin(2)
  await parts.put(upload, 2, of(randomBytes(5)), { size: 5 })
  for (const given of [9, 11]) {
    await assert.rejects(parts.put(upload, 1, of(randomBytes(given)), { size: 10 }), {
      code: 'invalid_argument',
    })
  }
  const broken = (async function* () {
    yield randomBytes(4)
    throw new Error('torn')
  })()
  await assert.rejects(parts.put(upload, 1, broken, { size: 10 }), /torn/)
  assert.deepEqual(
    (await parts.present(upload)).map((part) => part.number),
    [2],
  )
})

test('bytes that change on the disk before the end are noticed', async () => {
  const upload = await parts.begin(1)
  const part = await parts.put(upload, 1, of(randomBytes(100)), { size: 100 })
  const file = await open(join(root, 'parts', upload, 'data'), 'r+')
  await file.write(Buffer.from('changed'), 0, 7, 50)
  await file.close()
  await assert.rejects(parts.finish(upload, [part]), { code: 'invalid_argument' })
})

test('finishing may be asked again after an answer that was lost', async () => {
  const upload = await parts.begin(1)
  const part = await parts.put(upload, 1, of(Buffer.from('once')), { size: 4 })
  const info = await parts.finish(upload, [part])
  assert.deepEqual(await parts.finish(upload, [part]), info)
  await parts.abort(upload)
  assert.ok(!(await readdir(join(root, 'parts'))).includes(upload))
})

test('an upload is named by nothing but what was given for it', async () => {
  for (const upload of ['../../etc', '1-../..', '', '1-']) {
    await assert.rejects(async () => parts.present(upload), { code: 'not_found' })
  }
})
