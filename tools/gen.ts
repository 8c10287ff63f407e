// Writes src/store/schema.sql and src/store/tables.ts: what all migrations make of an empty database.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type pg from 'pg'
import { messageOf } from '../src/base/error.ts'
import { applyMigrations, type Migration, readMigrations } from '../src/store/migrate.ts'
import { openScratchDatabase } from '../test/kit/server.ts'
import { dumpSchema } from './schema/dump.ts'
import { writeTypes } from './schema/types.ts'

const check = process.argv.includes('--check')
await using scratch = await openScratchDatabase()
const failed = await applyAll(scratch.client)
const stale: string[] = []
await put('../src/store/schema.sql', await dumpSchema(scratch.client))
await put('../src/store/tables.ts', await writeTypes(scratch.client))
if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`node tools/gen.ts\`.`)
  process.exitCode = 1
}
if (failed.length > 0) {
  console.error(failed.join('\n'))
  process.exitCode = 1
}

async function applyAll(client: pg.Client): Promise<string[]> {
  const done: Migration[] = []
  const messages: string[] = []
  for (const migration of await readMigrations()) {
    try {
      await applyMigrations(client, [...done, migration])
      done.push(migration)
    } catch (error) {
      messages.push(`Left out: ${messageOf(error)}`)
    }
  }
  return messages
}

async function put(path: string, text: string): Promise<void> {
  const file = new URL(path, import.meta.url)
  const before = await readFile(file, 'utf8').catch(() => '')
  if (before === text) return
  if (check) {
    stale.push(path.slice(3))
    return
  }
  const draft = new URL(`${file.href}.${process.pid}`)
  await writeFile(draft, text)
  await rename(draft, file).catch(() => rm(draft, { force: true }))
}
