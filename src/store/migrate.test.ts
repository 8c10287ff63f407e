import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openScratchDatabase } from '../../test/kit/server.ts'
import { dumpSchema } from '../../tools/schema/dump.ts'
import { applyMigrations, type Migration, migrate, readMigrations } from './migrate.ts'

function migration(number: number, sql: string): Migration {
  return { number, name: 'test', sql, checksum: `checksum of ${sql}` }
}

test('schema.sql makes what the migrations make', async () => {
  await using loaded = await openScratchDatabase()
  await using migrated = await openScratchDatabase()
  await migrate(loaded.client)
  await applyMigrations(migrated.client, await readMigrations())
  assert.equal(await dumpSchema(loaded.client), await dumpSchema(migrated.client))
})

test('migrating twice, and twice at once, is migrating once', async () => {
  await using scratch = await openScratchDatabase()
  const { connect } = await import('./connect.ts')
  const other = await connect(scratch.url)
  await Promise.all([migrate(scratch.client), migrate(other)])
  await migrate(scratch.client)
  await other.end()
  const { rows } = await scratch.client.query('select count(*) as count from migrations')
  assert.equal(rows[0].count, (await readMigrations()).length)
})

test('numbers may have gaps, and a gap may be filled later', async () => {
  await using scratch = await openScratchDatabase()
  const [one, two, three] = [
    migration(1, 'create table a ()'),
    migration(2, 'create table b ()'),
    migration(3, 'create table c ()'),
  ]
  await applyMigrations(scratch.client, [one, three])
  await applyMigrations(scratch.client, [one, two, three])
  const { rows } = await scratch.client.query('select number from migrations order by 1')
  assert.deepEqual(
    rows.map((row) => row.number),
    [1, 2, 3],
  )
})

test('a migration that fails leaves nothing of itself', async () => {
  await using scratch = await openScratchDatabase()
  const broken = migration(2, 'create table b (); select no_such_function();')
  await assert.rejects(
    applyMigrations(scratch.client, [migration(1, 'create table a ()'), broken]),
    /0002-test\.sql.*no_such_function/,
  )
  const { rows } = await scratch.client.query(
    `select to_regclass('a') is not null as a, to_regclass('b') is not null as b`,
  )
  assert.deepEqual(rows, [{ a: true, b: false }])
})

test('a database of a later or another version is refused', async () => {
  await using scratch = await openScratchDatabase()
  const one = migration(1, 'create table a ()')
  await applyMigrations(scratch.client, [one, migration(2, 'create table b ()')])
  await assert.rejects(applyMigrations(scratch.client, [one]), { code: 'database_newer', message: /2/ })
  await assert.rejects(
    applyMigrations(scratch.client, [{ ...one, checksum: 'x' }, migration(2, 'create table b ()')]),
    {
      code: 'database_newer',
    },
  )
})
