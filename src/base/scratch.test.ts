import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openProcessScratch } from './scratch.ts'

const module = join(import.meta.dirname, 'scratch.ts')

test('what a killed process left is removed, what a living one uses stays', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-scratch-'))
  t.after(() => rm(parent, { recursive: true, force: true }))
  const abandon = `import { openProcessScratch } from ${JSON.stringify(module)}
    await openProcessScratch(${JSON.stringify(parent)})
    process.kill(process.pid, 'SIGKILL')`
  assert.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', abandon]))
  const [left = ''] = await readdir(parent)
  {
    await using living = await openProcessScratch(parent)
    await writeFile(join(living.directory, 'file'), 'in use')
    await using other = await openProcessScratch(parent)
    assert.equal((await readdir(parent)).length, 2)
    assert.equal((await readdir(parent)).includes(left), false)
    assert.notEqual(other.directory, living.directory)
    assert.ok((await readdir(living.directory)).includes('file'))
  }
  assert.deepEqual(await readdir(parent), [])
})
