import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { markDirectory, removeAbandoned } from './abandoned.ts'

const later = () => Date.now() + 11 * 60_000

test('only databases of temporary homes that are gone for good are removed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-abandoned-'))
  await using _root = { [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
  const shared = join(root, 'shared')
  const temporary = join(root, 'tmp')
  const make = async (name: string, below = temporary) => {
    const home = join(below, name)
    const directory = join(shared, name)
    await mkdir(home, { recursive: true })
    await mkdir(join(directory, 'data'), { recursive: true })
    await writeFile(join(directory, 'postgres.log'), '')
    await symlink(directory, join(home, 'postgres'))
    await markDirectory(directory, join(home, 'postgres'))
    return home
  }
  await make('kept')
  const gone = [await make('gone'), await make('running'), await make('elsewhere', join(root, 'srv'))]
  await writeFile(join(shared, 'running', 'data', 'postmaster.pid'), '1')
  await mkdir(join(shared, 'postgres-18'))
  for (const home of gone) await rm(home, { recursive: true })

  assert.deepEqual(await removeAbandoned(shared, { now: Date.now(), temporary }), [])
  assert.deepEqual(await removeAbandoned(shared, { now: later(), temporary }), [join(shared, 'gone')])
  assert.deepEqual(await removeAbandoned(shared, { now: later(), temporary }), [])
})
