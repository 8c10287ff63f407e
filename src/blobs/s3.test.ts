import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { startS3 } from '../../test/kit/s3.ts'
import { openBlobs } from './open.ts'
import { testParts } from './parts-suite.ts'
import { connect, type S3BlobsConfig } from './s3-bucket.ts'
import { takeObject } from './s3-take.ts'
import { makeOld, storedPath, testBlobs } from './suite.ts'

const server = await startS3()
const home = await mkdtemp(join(tmpdir(), 'slipway-s3-cache-'))
after(() => rm(home, { recursive: true, force: true }))

if ('skipped' in server) {
  console.error(server.skipped)
  test('S3', (t) => t.skip(server.skipped))
} else {
  after(() => server[Symbol.asyncDispose]())
  const config: S3BlobsConfig = {
    kind: 's3',
    home,
    bucket: server.bucket,
    prefix: 'blobs/',
    endpoint: server.endpoint,
    credentials: server.credentials,
  }
  const cacheRoot = join(home, 'cache', 'blobs')
  const objects = join(server.directory, 'blobs')

  testBlobs(async () => ({
    blobs: await openBlobs(config),
    spoolDirectory: join(cacheRoot, 'tmp'),
    damage: (digest) => writeFile(storedPath(objects, digest), randomBytes(5000)),
    age: (digest) => makeOld(storedPath(objects, digest)),
  }))

  testParts(() => openBlobs(config))

  test('what a client wrote by an address counts once it is read, and as what was read', async () => {
    const { direct, ...blobs } = await openBlobs(config)
    assert.ok(direct)
    const { upload, url } = await direct.writeAddress({ seconds: 60 })
    assert.equal(await direct.take(upload), undefined)
    const bytes = randomBytes(70_000)
    assert.equal((await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })).status, 200)
    const taken = await direct.take(upload)
    assert.equal(taken?.size, bytes.length)
    const digest = taken?.digest ?? ''
    assert.deepEqual(await buffer(await blobs.get(digest)), bytes)
    assert.equal(await direct.take(upload), undefined)
    const type = { type: 'text/plain', disposition: 'attachment; filename="a b"' }
    const address = await direct.readAddress(digest, { seconds: 60, ...type })
    const answer = await fetch(address, { headers: { range: 'bytes=10-19' } })
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes.subarray(10, 20))
    assert.equal(answer.headers.get('content-disposition'), type.disposition)
    assert.notEqual((await fetch(address.replace(digest, 'ab'.repeat(32)))).status, 200)
  })

  test('a large object is copied in parts', async () => {
    const blobs = await openBlobs(config)
    const bucket = connect(config)
    const { upload, url } = (await blobs.direct?.writeAddress({ seconds: 60 })) ?? { upload: '', url: '' }
    const bytes = randomBytes(11 * 2 ** 20)
    assert.equal((await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) })).status, 200)
    const taken = await takeObject(bucket, bucket.stagingKey(upload), 5 * 2 ** 20)
    assert.deepEqual(await buffer(await blobs.get(taken?.digest ?? '')), bytes)
  })

  test('a copy is fetched when the cache has none, and verified', async () => {
    const blobs = await openBlobs(config)
    const { digest } = await blobs.put(Buffer.from('fetch me'))
    await rm(storedPath(cacheRoot, digest))
    const paths = await Promise.all([blobs.localPath(digest), blobs.localPath(digest)])
    assert.deepEqual(paths, [storedPath(cacheRoot, digest), storedPath(cacheRoot, digest)])
    await rm(storedPath(cacheRoot, digest))
    await writeFile(storedPath(objects, digest), 'fetch mE')
    await assert.rejects(blobs.localPath(digest), { code: 'blob_corrupt' })
    assert.deepEqual(await readdir(join(cacheRoot, 'tmp')), [])
  })

  test('the cache keeps to its bound; the longest unused copies go', async () => {
    const own = await mkdtemp(join(tmpdir(), 'slipway-s3-bound-'))
    const blobs = await openBlobs({ ...config, home: own, cacheBytes: 10_000 })
    const digests: string[] = []
    for (let i = 0; i < 8; i++) digests.push((await blobs.put(randomBytes(2500))).digest)
    let held = 0
    for (const digest of digests) {
      held += (await stat(storedPath(join(own, 'cache', 'blobs'), digest)).catch(() => ({ size: 0 }))).size
    }
    assert.ok(held > 0 && held <= 10_000, `${held} bytes are held`)
    await stat(storedPath(join(own, 'cache', 'blobs'), digests.at(-1) ?? ''))
    for (const digest of digests) assert.ok((await stat(await blobs.localPath(digest))).size === 2500)
    await rm(own, { recursive: true, force: true })
  })

  test('an aborted upload in parts leaves no part in the bucket', async () => {
    const blobs = await openBlobs(config)
    const controller = new AbortController()
    const bytes = randomBytes(30 << 20)
    const source = Readable.from([bytes])
    // The upload to the server begins when the source was read to its end.
    source.once('end', () => setImmediate(() => controller.abort()))
    await assert.rejects(blobs.put(source, { signal: controller.signal }))
    const client = new S3Client({ ...config, region: 'us-east-1', forcePathStyle: true })
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }))
    assert.deepEqual(Uploads ?? [], [])
  })

  test('a bucket that does not exist or a wrong key stops the start', async () => {
    await assert.rejects(openBlobs({ ...config, bucket: 'no-such-bucket' }), { code: 'invalid_config' })
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
    await assert.rejects(openBlobs({ ...config, credentials }), { code: 'invalid_config' })
  })

  test('a server that cannot be reached is blob_unavailable', async () => {
    const blobs = await openBlobs({ ...config, endpoint: 'http://127.0.0.1:9' })
    await assert.rejects(blobs.stat('ab'.repeat(32)), { code: 'blob_unavailable' })
  })
}
