import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSecrets } from './secrets.ts'

async function makeHome() {
  const path = await mkdtemp(join(tmpdir(), 'slipway-secrets-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('what was sealed opens after a restart, in its own context only', async () => {
  await using home = await makeHome()
  const sealed = (await openSecrets(home.path)).seal('geheim ✓', 'channel:1')
  const secrets = await openSecrets(home.path)
  assert.equal(secrets.open(sealed, 'channel:1'), 'geheim ✓')
  assert.throws(() => secrets.open(sealed, 'channel:2'), { code: 'secret_unreadable' })
  assert.ok(!sealed.includes('geheim'))
  assert.notDeepEqual(secrets.seal('geheim ✓', 'channel:1'), sealed)
})

test('any changed byte is noticed', async () => {
  await using home = await makeHome()
  const secrets = await openSecrets(home.path)
  const sealed = secrets.seal('x', 'c')
  for (let index = 0; index < sealed.length; index++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8((changed[index] ?? 0) ^ 1, index)
    assert.throws(() => secrets.open(changed, 'c'), { code: 'secret_unreadable' }, `byte ${index}`)
  }
  assert.throws(() => secrets.open(sealed.subarray(0, 20), 'c'), { code: 'secret_unreadable' })
})

test('a newer master key seals, the older one still opens, derived keys stay', async () => {
  await using home = await makeHome()
  const before = await openSecrets(home.path)
  const sealed = before.seal('x', 'c')
  await writeFile(join(home.path, 'keys', 'master-2'), 'ab'.repeat(32), { mode: 0o600 })
  const after = await openSecrets(home.path)
  assert.equal(after.open(sealed, 'c'), 'x')
  assert.throws(() => before.open(after.seal('x', 'c'), 'c'), { code: 'secret_unreadable' })
  assert.deepEqual(after.derive('cursors'), before.derive('cursors'))
  assert.notDeepEqual(after.derive('cursors'), after.derive('sessions'))
})

test('programs that start at once get the same key, and nobody else can read it', async () => {
  await using home = await makeHome()
  const all = await Promise.all(Array.from({ length: 10 }, () => openSecrets(home.path)))
  assert.equal(new Set(all.map((secrets) => secrets.derive('x').toString('hex'))).size, 1)
  assert.deepEqual(await readdir(join(home.path, 'keys')), ['master-1'])
  assert.equal((await stat(join(home.path, 'keys', 'master-1'))).mode & 0o077, 0)
})
