import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { SlipwayError } from '../base/error.ts'
import type { Blobs } from './blobs.ts'

/** A store under test and what must be seen beside its interface. */
export interface Subject {
  readonly blobs: Blobs
  /** Where unfinished uploads would lie. */
  readonly spoolDirectory: string
  /** Changes the stored bytes of a blob behind the store's back. */
  damage(digest: string): Promise<void>
  /** Makes a blob look as if it was written a day ago. */
  age(digest: string): Promise<void>
}

/** What every store of blobs must do. */
export function testBlobs(open: () => Promise<Subject>): void {
  let opened: Promise<Subject> | undefined
  const subject = () => {
    opened ??= open()
    return opened
  }

  test('gives back what was put, by its SHA-256', async () => {
    const { blobs } = await subject()
    const bytes = randomBytes(70_000)
    const { digest, size } = await blobs.put(bytes)
    assert.equal(digest, createHash('sha256').update(bytes).digest('hex'))
    assert.equal(size, bytes.length)
    assert.deepEqual(await buffer(await blobs.get(digest)), bytes)
    assert.deepEqual(await blobs.stat(digest), { digest, size })
  })

  test('stores the empty blob', async () => {
    const { blobs } = await subject()
    const { digest, size } = await blobs.put(new Uint8Array())
    assert.equal(size, 0)
    assert.equal((await buffer(await blobs.get(digest))).length, 0)
    assert.equal((await readFile(await blobs.localPath(digest))).length, 0)
  })

  test('stores a stream of many megabytes that is not in memory at once', async () => {
    const { blobs } = await subject()
    const block = randomBytes(1 << 20)
    const { digest, size } = await blobs.put(Readable.from(repeat(block, 40)))
    assert.equal(size, 40 << 20)
    const hash = createHash('sha256')
    for await (const chunk of await blobs.get(digest)) hash.update(chunk)
    assert.equal(hash.digest('hex'), digest)
  })

  test('reads ranges, also empty ones and beyond the end', async () => {
    const { blobs } = await subject()
    const { digest } = await blobs.put(Buffer.from('0123456789'))
    const read = async (start: number, end?: number) => {
      const range = end === undefined ? { start } : { start, end }
      return (await buffer(await blobs.get(digest, { range }))).toString()
    }
    assert.equal(await read(2, 5), '234')
    assert.equal(await read(7), '789')
    assert.equal(await read(8, 100), '89')
    assert.equal(await read(4, 4), '')
    assert.equal(await read(0, 0), '')
    assert.equal(await read(10), '')
  })

  test('is indifferent to a second put of the same bytes, also at the same time', async () => {
    const { blobs } = await subject()
    const bytes = randomBytes(1000)
    const infos = await Promise.all([blobs.put(bytes), blobs.put(bytes), blobs.put(bytes)])
    assert.equal(new Set(infos.map((info) => info.digest)).size, 1)
    assert.deepEqual(await buffer(await blobs.get(infos[0].digest)), bytes)
  })

  test('refuses bytes that are not what was announced, and leaves nothing', async () => {
    const { blobs, spoolDirectory } = await subject()
    const expect = createHash('sha256').update('right').digest('hex')
    await assert.rejects(blobs.put(Buffer.from('wrong'), { expect }), { code: 'invalid_argument' })
    assert.equal(await blobs.stat(createHash('sha256').update('wrong').digest('hex')), undefined)
    assert.deepEqual(await readdir(spoolDirectory), [])
  })

  test('refuses what is larger than the limit, and leaves nothing', async () => {
    const { blobs, spoolDirectory } = await subject()
    await assert.rejects(blobs.put(randomBytes(11), { limit: 10 }), { code: 'too_large' })
    assert.equal((await blobs.put(randomBytes(10), { limit: 10 })).size, 10)
    assert.deepEqual(await readdir(spoolDirectory), [])
  })

  test('leaves nothing of an upload that breaks off or is aborted', async () => {
    const { blobs, spoolDirectory } = await subject()
    const broken = Readable.from(failing())
    await assert.rejects(blobs.put(broken), /torn/)
    const controller = new AbortController()
    const endless = Readable.from(
      repeat(Buffer.alloc(1000), Number.POSITIVE_INFINITY, () => controller.abort()),
    )
    await assert.rejects(blobs.put(endless, { signal: controller.signal }))
    assert.deepEqual(await readdir(spoolDirectory), [])
  })

  test('says that a blob is missing', async () => {
    const { blobs } = await subject()
    const digest = 'ab'.repeat(32)
    await assert.rejects(blobs.get(digest), { code: 'blob_missing' })
    await assert.rejects(blobs.get(digest, { range: { start: 1 } }), { code: 'blob_missing' })
    await assert.rejects(blobs.localPath(digest), { code: 'blob_missing' })
    assert.equal(await blobs.stat(digest), undefined)
  })

  test('takes nothing but digests as names', async () => {
    const { blobs } = await subject()
    for (const name of ['../../etc/passwd', 'AB'.repeat(32), '', `${'ab'.repeat(32)}/..`]) {
      await assert.rejects(blobs.get(name), { code: 'invalid_argument' })
      await assert.rejects(async () => blobs.localPath(name), { code: 'invalid_argument' })
      await assert.rejects(async () => blobs.stat(name), { code: 'invalid_argument' })
      await assert.rejects(blobs.delete(name), { code: 'invalid_argument' })
    }
  })

  test('gives a read-only local file', async () => {
    const { blobs } = await subject()
    const { digest } = await blobs.put(Buffer.from('local'))
    const path = await blobs.localPath(digest)
    assert.equal(await readFile(path, 'utf8'), 'local')
    assert.equal((await stat(path)).mode & 0o222, 0)
  })

  test('deletes, and deletes again', async () => {
    const { blobs } = await subject()
    const { digest } = await blobs.put(randomBytes(20))
    await blobs.delete(digest)
    await blobs.delete(digest)
    assert.equal(await blobs.stat(digest), undefined)
    await assert.rejects(blobs.localPath(digest), { code: 'blob_missing' })
  })

  test('removes what is old, but never what is put again at the same time', async () => {
    const { blobs, age } = await subject()
    const bytes = randomBytes(500)
    const { digest } = await blobs.put(bytes)
    const before = new Date(Date.now() - 3 * 3600_000)
    assert.equal(await blobs.delete(digest, { before }), false)
    for (let round = 0; round < 20; round += 1) {
      await age(digest)
      // The S3 server of the tests refuses one of two writes to the same key now and then, which a client tries again.
      const putting = blobs.put(bytes).catch((error: unknown) => {
        if (error instanceof SlipwayError && error.code === 'blob_unavailable') return blobs.put(bytes)
        throw error
      })
      const [, again] = await Promise.all([blobs.delete(digest, { before }), putting])
      assert.deepEqual(await blobs.stat(digest), again)
    }
    await age(digest)
    assert.equal(await blobs.delete(digest, { before }), true)
    assert.equal(await blobs.stat(digest), undefined)
    assert.equal(await blobs.delete(digest, { before }), true)
  })

  test('lists every blob with its time, and no others', async () => {
    const { blobs } = await subject()
    const put = await Promise.all(Array.from({ length: 20 }, () => blobs.put(randomBytes(9))))
    const listed = new Map<string, { size: number; writtenAt: Date }>()
    for await (const blob of blobs.list()) listed.set(blob.digest, blob)
    for (const { digest } of put) {
      const found = listed.get(digest)
      assert.equal(found?.size, 9)
      assert.ok(Math.abs(Date.now() - (found?.writtenAt.getTime() ?? 0)) < 60_000)
    }
    for (const digest of listed.keys()) assert.match(digest, /^[0-9a-f]{64}$/)
  })

  test('notices damaged bytes when it reads them', async () => {
    const { blobs, damage } = await subject()
    const { digest } = await blobs.put(randomBytes(5000))
    await damage(digest)
    await assert.rejects(async () => buffer(await blobs.get(digest)), { code: 'blob_corrupt' })
  })
}

/** Where a store keeps a blob below its root. */
export function storedPath(root: string, digest: string): string {
  return join(root, digest.slice(0, 2), digest.slice(2, 4), digest)
}

async function* repeat(block: Buffer, times: number, later: () => void = () => {}): AsyncGenerator<Buffer> {
  for (let i = 0; i < times; i++) {
    if (i === 10) later()
    yield block
  }
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(100_000)
  throw new Error('torn')
}

/** Makes a file look a day old. */
export async function makeOld(path: string): Promise<void> {
  const time = new Date(Date.now() - 24 * 3600_000)
  await utimes(path, time, time)
}
