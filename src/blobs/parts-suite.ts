import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Blobs } from './blobs.ts'
import type { Part } from './parts.ts'

/** S3 takes no smaller parts but the last. */
const partBytes = 5 * 2 ** 20

/** What every store of blobs must do with blobs that come in parts. */
export function testParts(open: () => Promise<Blobs>): void {
  const bytes = randomBytes(2 * partBytes + 1000)
  const pieces = [
    bytes.subarray(0, partBytes),
    bytes.subarray(partBytes, 2 * partBytes),
    bytes.subarray(2 * partBytes),
  ]
  const digest = createHash('sha256').update(bytes).digest('hex')

  async function send(
    blobs: Blobs,
    upload: string,
    number: number,
    piece = pieces[number - 1],
  ): Promise<Part> {
    assert.ok(piece)
    const url = await blobs.parts.address(upload, number, 60)
    if (url === undefined) return await blobs.parts.put(upload, number, each(piece), { size: piece.length })
    const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(piece) })
    assert.equal(answer.status, 200)
    return { number, etag: answer.headers.get('etag') ?? '' }
  }

  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1, 2],
  ]) {
    test(`parts in the order ${order} are one blob`, async () => {
      const blobs = await open()
      const upload = await blobs.parts.begin(3)
      const sent = new Map<number, Part>()
      for (const number of order) sent.set(number, await send(blobs, upload, number))
      assert.deepEqual(
        (await blobs.parts.present(upload)).map((part) => part.number),
        [1, 2, 3],
      )
      const parts = [...sent.values()].sort((a, b) => a.number - b.number)
      assert.deepEqual(await blobs.parts.finish(upload, parts), { digest, size: bytes.length })
      assert.deepEqual(await buffer(await blobs.get(digest)), bytes)
      await blobs.parts.abort(upload)
      await blobs.parts.abort(upload)
    })
  }

  test('parts that come at the same time, one of them the only one', async () => {
    const blobs = await open()
    const upload = await blobs.parts.begin(3)
    const parts = await Promise.all([3, 1, 2].map((number) => send(blobs, upload, number)))
    const sorted = parts.sort((a, b) => a.number - b.number)
    assert.equal((await blobs.parts.finish(upload, sorted)).digest, digest)
    const single = await blobs.parts.begin(1)
    const only = await send(blobs, single, 1, Buffer.from('only'))
    assert.equal((await blobs.parts.finish(single, [only])).size, 4)
  })

  test('a part that was sent again counts with what came last, and only with its own tag', async () => {
    const blobs = await open()
    const upload = await blobs.parts.begin(2)
    const old = await send(blobs, upload, 1, randomBytes(partBytes))
    const fresh = await send(blobs, upload, 1)
    const last = await send(blobs, upload, 2, Buffer.from('end'))
    await assert.rejects(blobs.parts.finish(upload, [old, last]), { code: 'invalid_argument' })
    const info = await blobs.parts.finish(upload, [fresh, last])
    assert.equal(info.size, partBytes + 3)
  })

  test('an upload with a part missing is no blob', async () => {
    const blobs = await open()
    const upload = await blobs.parts.begin(2)
    const first = await send(blobs, upload, 1)
    await assert.rejects(blobs.parts.finish(upload, [first, { number: 2, etag: '"none"' }]), {
      code: 'invalid_argument',
    })
    await blobs.parts.abort(upload)
  })

  test('an aborted upload is gone', async () => {
    const blobs = await open()
    const upload = await blobs.parts.begin(1)
    const part = await send(blobs, upload, 1, Buffer.from('gone'))
    await blobs.parts.abort(upload)
    await assert.rejects(blobs.parts.finish(upload, [part]), { code: 'not_found' })
    await assert.rejects(blobs.parts.present(upload), { code: 'not_found' })
  })
}

async function* each(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536)
}
