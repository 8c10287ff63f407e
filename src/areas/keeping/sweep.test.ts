import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { openTestStore, type TestStore } from '../../../test/kit/database.ts'
import { uuidv7 } from '../../base/id.ts'
import { createLog } from '../../base/log.ts'
import { system } from '../../base/principal.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import { openBlobs } from '../../blobs/open.ts'
import { type Artifacts, createArtifacts } from '../artifacts/index.ts'
import { sweep } from './sweep.ts'

const principal = system('test')
const projectId = uuidv7()
const hour = 3600_000
let store: TestStore
let home: string
let blobs: Blobs
let artifacts: Artifacts

before(async () => {
  store = await openTestStore()
  await store.housekeep((tx) =>
    tx.db.insertInto('projects').values({ id: projectId, name: 'default' }).execute(),
  )
  home = await mkdtemp(join(tmpdir(), 'slipway-sweep-'))
  blobs = await openBlobs({ kind: 'local', home })
  artifacts = createArtifacts({ store, blobs })
})
after(async () => {
  await store[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

const upload = (path: string, bytes: Uint8Array) => artifacts.upload({ principal, projectId, path, bytes })

async function pass(
  options: { dryRun?: boolean; now?: Date; graceMs?: number; signal?: AbortSignal; over?: Blobs } = {},
) {
  const { dryRun = false, graceMs = hour, over = blobs, ...rest } = options
  const deps = {
    store,
    blobs: over,
    log: createLog({ level: 'error' }),
    references: () => ['select digest from artifact_files', "select 'not a digest' as digest"],
    graceMs,
  }
  return await sweep(deps, { id: uuidv7(), dryRun, ...rest })
}

const later = (hours: number) => new Date(Date.now() + hours * hour)

test('garbage is freed when it has been garbage for the whole grace period; a dry run only tells', async () => {
  const kept = await upload('1/kept', randomBytes(100))
  const replaced = await upload('1/replaced', randomBytes(200))
  await upload('1/replaced', randomBytes(300))
  const told = await pass({ dryRun: true, now: later(5) })
  assert.deepEqual([told.blobs, told.condemnedBlobs, told.condemnedBytes, told.freedBlobs], [3, 1, 200, 0])
  assert.equal((await pass({ now: later(5) })).freedBlobs, 0)
  assert.equal((await pass({ now: later(5.5) })).freedBlobs, 0)
  assert.deepEqual(
    await pass({ dryRun: true, now: later(7) }).then((one) => [one.freedBlobs, one.freedBytes]),
    [1, 200],
  )
  assert.ok(await blobs.stat(replaced.digest))
  assert.deepEqual(await pass({ now: later(7) }).then((one) => [one.freedBlobs, one.freedBytes]), [1, 200])
  assert.equal(await blobs.stat(replaced.digest), undefined)
  assert.ok(await blobs.stat(kept.digest))
  assert.deepEqual(await store.read.selectFrom('sweep_blobs').select('digest').execute(), [])
})

test('what is named again in the grace period is no garbage, and its time begins anew', async () => {
  const bytes = randomBytes(50)
  await upload('2/a', bytes)
  await artifacts.remove(principal, projectId, '2/a')
  await pass({ now: later(10) })
  await upload('2/b', bytes)
  assert.equal((await pass({ now: later(12) })).freedBlobs, 0)
  await artifacts.remove(principal, projectId, '2/b')
  assert.equal((await pass({ now: later(14) })).freedBlobs, 0)
  assert.equal((await pass({ now: later(16) })).freedBlobs, 1)
})

test('what is named at the last moment stays', async () => {
  const { digest } = await blobs.put(randomBytes(60))
  await pass({ now: later(20) })
  const naming: Blobs = {
    ...blobs,
    async delete(...given) {
      assert.fail(`deletes ${given[0]}`)
    },
    async *list() {
      yield* blobs.list()
    },
  }
  const references = ['select digest from artifact_files']
  let asked = 0
  const deps = {
    store,
    blobs: naming,
    log: createLog({ level: 'error' }),
    // The second question is the one just before the removal.
    references: () => {
      asked += 1
      return asked === 1 ? references : [...references, `select '${digest}' as digest`]
    },
    graceMs: hour,
  }
  assert.equal((await sweep(deps, { id: uuidv7(), dryRun: false, now: later(22) })).freedBlobs, 0)
  await blobs.delete(digest)
})

test('a blob that something refers to and that is not stored is told', async () => {
  const { digest } = await upload('3/lost', randomBytes(70))
  await blobs.delete(digest)
  assert.deepEqual((await pass({ dryRun: true })).missing, [digest])
  await artifacts.remove(principal, projectId, '3/lost')
})

test('a pass that is killed in the middle loses nothing; the next goes on', async () => {
  const kept = await upload('4/kept', randomBytes(80))
  for (let i = 0; i < 5; i += 1) await blobs.put(randomBytes(90))
  await pass({ now: later(30) })
  const killed = new AbortController()
  let removed = 0
  const dying: Blobs = {
    ...blobs,
    async delete(...given) {
      removed += 1
      if (removed === 3) killed.abort(new Error('killed'))
      return await blobs.delete(...given)
    },
  }
  await assert.rejects(pass({ now: later(32), over: dying, signal: killed.signal }), /killed/)
  // A process that dies between moving a blob aside and removing it leaves it there.
  const path = await blobs.localPath(kept.digest)
  await mkdir(join(home, 'blobs/trash'), { recursive: true })
  await rename(path, join(home, 'blobs/trash', kept.digest))
  blobs = await openBlobs({ kind: 'local', home })
  assert.equal((await buffer(await blobs.get(kept.digest))).length, 80)
  const rest = await pass({ now: later(32) })
  assert.equal(rest.freedBlobs, 2)
  assert.deepEqual(rest.missing, [])
})

test('passes that race with uploads of the same bytes lose none of them', async () => {
  const contents = Array.from({ length: 6 }, () => randomBytes(1000))
  const graceMs = 2000
  let freed = 0
  let stopped = false
  const writers = contents.map(async (bytes, index) => {
    for (let round = 0; !stopped; round += 1) {
      const path = `5/${index}/${round % 2}`
      const { digest } = await upload(path, bytes)
      assert.ok(await blobs.stat(digest), 'lost while named')
      await artifacts.remove(principal, projectId, path)
      // Now and then long enough unnamed to be freed.
      if (round % 10 === 9)
        while (!stopped && (await blobs.stat(digest)) !== undefined)
          await pass({ graceMs: hour, dryRun: true })
    }
  })
  while (freed < 12) freed += (await pass({ graceMs })).freedBlobs
  stopped = true
  await Promise.all(writers)
  const last = await Promise.all(contents.map((bytes, index) => upload(`5/last/${index}`, bytes)))
  await pass({ graceMs: 0, now: later(0) })
  for (const file of last) assert.equal((await buffer(await blobs.get(file.digest))).length, 1000)
  assert.deepEqual((await pass({ dryRun: true })).missing, [])
})
