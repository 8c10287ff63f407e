import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { noSmallDisk, onSmallDisk } from '../../test/kit/small-disk.ts'
import { openLocalBlobs } from './local.ts'
import { openBlobs } from './open.ts'
import { makeOld, storedPath, testBlobs } from './suite.ts'

const home = await mkdtemp(join(tmpdir(), 'slipway-blobs-'))
const root = join(home, 'blobs')
after(() => rm(home, { recursive: true, force: true }))

testBlobs(async () => ({
  blobs: await openBlobs({ kind: 'local', home }),
  spoolDirectory: join(root, 'tmp'),
  async damage(digest) {
    await chmod(storedPath(root, digest), 0o600)
    await writeFile(storedPath(root, digest), 'damaged')
  },
  age: (digest) => makeOld(storedPath(root, digest)),
}))

test('a second put heals a damaged blob and makes it young', async () => {
  const blobs = await openLocalBlobs(root)
  const { digest } = await blobs.put(Buffer.from('heal me'))
  await chmod(storedPath(root, digest), 0o600)
  await writeFile(storedPath(root, digest), 'damaged')
  await utimes(storedPath(root, digest), 1, 1)
  const before = Date.now()
  await blobs.put(Buffer.from('heal me'))
  for await (const blob of blobs.list()) {
    if (blob.digest === digest) assert.ok(blob.writtenAt.getTime() >= before - 1000)
  }
  for await (const _ of await blobs.get(digest));
})

test('what a killed upload left is removed on opening, once it is old', async () => {
  const spoolDirectory = join(root, 'tmp')
  await writeFile(join(spoolDirectory, 'old'), 'x')
  await writeFile(join(spoolDirectory, 'young'), 'x')
  await utimes(join(spoolDirectory, 'old'), 1, 1)
  await openLocalBlobs(root)
  await assert.rejects(chmod(join(spoolDirectory, 'old'), 0o600), { code: 'ENOENT' })
  await rm(join(spoolDirectory, 'young'))
})

test('a full disk is disk_full, and nothing is left behind', async (t) => {
  const seen = await onSmallDisk('blob')
  if (seen === undefined) return t.skip(noSmallDisk)
  assert.deepEqual(seen, { stored: 'disk_full', left: [], after: 'stored' })
})
