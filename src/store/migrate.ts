import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ClientBase } from 'pg'
import { messageOf, SlipwayError } from '../base/error.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

const directory = new URL('./migrations/', import.meta.url)
const schemaFile = new URL('./schema.sql', import.meta.url)
/** Held while migrating, so that two programs starting at once do not both do it. */
const advisoryLock = 7_305_816_001

const migrationsTable = `create table if not exists migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`

/** The migrations of this program in order. Numbers may have gaps; two files with one number are a mistake. */
export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map(readMigration))
  for (const [index, migration] of migrations.entries()) {
    if (migrations[index - 1]?.number === migration.number)
      throw new Error(`two migrations have number ${migration.number}`)
  }
  return migrations
}

async function readMigration(file: string): Promise<Migration> {
  const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file)
  if (match?.[1] === undefined || match[2] === undefined) throw new Error(`not a migration's name: ${file}`)
  const sql = await readFile(new URL(file, directory), 'utf8')
  return {
    number: Number(match[1]),
    name: match[2],
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
  }
}

/** Brings a database to the schema of this program; an empty one at once, from schema.sql. */
export async function migrate(client: ClientBase): Promise<void> {
  await client.query(`select pg_advisory_lock(${advisoryLock})`)
  try {
    if (await isEmptyDatabase(client)) await loadSchema(client)
    await applyMigrations(client, await readMigrations())
  } finally {
    await client.query(`select pg_advisory_unlock(${advisoryLock})`)
  }
}

/** Whether nothing has been made in a database yet. */
export async function isEmptyDatabase(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select 1 from pg_class where relnamespace = 'public'::regnamespace) as empty`,
  )
  return rows[0]?.empty === true
}

async function loadSchema(client: ClientBase): Promise<void> {
  const sql = await readFile(schemaFile, 'utf8')
  await inTransaction(client, () => client.query(sql))
}

/** Applies what is not applied yet, each migration in a transaction of its own. */
export async function applyMigrations(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  await client.query(migrationsTable)
  const { rows } = await client.query<{ number: number; checksum: string }>(
    'select number, checksum from migrations',
  )
  const applied = new Map(rows.map((row) => [row.number, row.checksum]))
  refuseNewer(applied, migrations)
  for (const migration of migrations) {
    const checksum = applied.get(migration.number)
    if (checksum === migration.checksum) continue
    if (checksum !== undefined) throw changedAfterwards(migration)
    await applyMigration(client, migration)
  }
}

function refuseNewer(applied: ReadonlyMap<number, string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.number))
  const unknown = [...applied.keys()].filter((number) => !known.has(number))
  if (unknown.length === 0) return
  throw new SlipwayError(
    'database_newer',
    `The database has migrations that this program does not know: ${unknown.join(', ')}.`,
    {
      facts: { migrations: unknown },
    },
  )
}

function changedAfterwards(migration: Migration): SlipwayError {
  return new SlipwayError(
    'database_newer',
    `Migration ${migration.number} (${migration.name}) of the database differs from this program's: it was written by another build.`,
    { facts: { migration: migration.number } },
  )
}

async function applyMigration(client: ClientBase, migration: Migration): Promise<void> {
  try {
    await inTransaction(client, () => runMigration(client, migration))
  } catch (error) {
    const file = `${String(migration.number).padStart(4, '0')}-${migration.name}.sql`
    throw new Error(`migration ${file}: ${messageOf(error)}`, { cause: error })
  }
}

/** Runs migrations on an empty database within the caller's transaction. */
export async function runMigrations(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  await client.query(migrationsTable)
  for (const migration of migrations) await runMigration(client, migration)
}

async function runMigration(client: ClientBase, { sql, number, name, checksum }: Migration): Promise<void> {
  await client.query(sql)
  await client.query('insert into migrations (number, name, checksum) values ($1, $2, $3)', [
    number,
    name,
    checksum,
  ])
}

async function inTransaction(client: ClientBase, work: () => Promise<unknown>): Promise<void> {
  try {
    await client.query('begin')
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
