import assert from 'node:assert/strict'
import { chmod, mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openTestStore, type TestStore } from '../../test/kit/database.ts'
import { openScratchDatabase } from '../../test/kit/server.ts'
import { uuidv7 } from '../base/id.ts'
import { silent } from '../base/log.ts'
import { system } from '../base/principal.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { openBlobs } from '../blobs/open.ts'
import { readConfig } from '../config/config.ts'
import { openSecrets } from '../config/secrets.ts'
import { openStore, prepareDatabase, startDatabase } from '../store/index.ts'
import { loadBackup } from './backup/load.ts'
import { saveBackup } from './backup/save.ts'
import { runBackup, runRestore } from './backup.ts'

async function makeDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'slipway-backup-'))
  await chmod(path, 0o755)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const awkward = 'tab\t newline\n backslash\\ \\N \\. quote" é ✓'

/** Rows of many types, among them a table that fills several entries and foreign keys both ways round. */
async function seed(db: TestStore, rows: number): Promise<void> {
  const project = uuidv7()
  await db.transact(system('test'), async (tx) => {
    await tx.db
      .insertInto('projects')
      .values({ id: project, name: `p-${project}`, description: awkward })
      .execute()
    await tx.audit({
      action: 'project.create',
      projectId: project,
      subjectType: 'project',
      subjectId: project,
      details: { awkward },
    })
  })
  const events = Array.from({ length: rows }, (_, n) => ({
    id: uuidv7(),
    type: 't.t',
    project_id: project,
    subject: `${n} ${awkward}`,
    occurred_at: new Date(n),
    data: { n, list: [1.5, null, 'x'], text: 'x'.repeat(200) },
  }))
  await db.append('events', events)
  await db.append('secrets', [
    { id: uuidv7(), project_id: project, name: 's', sealed: Buffer.from([0, 10, 92, 255]) },
  ])
}

async function contents(db: { read: TestStore['read'] }): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`.execute(
    db.read,
  )
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    if (name === 'migrations') continue
    const { rows } = await sql<{ digest: string }>`
      select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' order by t::text)), '') as digest from ${sql.table(name)} t`.execute(
      db.read,
    )
    digests[name] = rows[0]?.digest ?? ''
  }
  return digests
}

async function constraints(db: { read: TestStore['read'] }) {
  const { rows } = await sql<{ line: string }>`
    select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
    where connamespace = 'public'::regnamespace union all
    select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal order by 1`.execute(
    db.read,
  )
  return rows.map((row) => row.line)
}

async function readAll(blobs: Blobs, digest: string): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of await blobs.get(digest)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

test('what was backed up is the same elsewhere: rows, blobs, keys, constraints', async () => {
  await using directory = await makeDirectory()
  const [from, to] = [join(directory.path, 'from'), join(directory.path, 'to')]
  const file = join(directory.path, 'backup.tar')
  await using db = await openTestStore()
  await seed(db, 20_000)
  const blobs = await openBlobs({ kind: 'local', home: from })
  const stored = await Promise.all(
    ['', 'a', 'b'.repeat(3_000_000)].map((text) => blobs.put(Buffer.from(text))),
  )
  const sealed = (await openSecrets(from)).seal('geheim', 'c')
  const before = await contents(db)

  await saveBackup({ url: db.url, blobs, home: from }, file, silent)
  await seed(db, 10)
  assert.equal((await stat(file)).mode & 0o077, 0, 'holds keys, so that only its owner may read it')

  await using empty = await openScratchDatabase()
  const target = { url: empty.url, blobs: await openBlobs({ kind: 'local', home: to }), home: to }
  await loadBackup(file, target, silent)
  await using restored = await openStore({ url: empty.url, log: silent })
  assert.deepEqual(await contents(restored), before)
  assert.deepEqual(await constraints(restored), await constraints(db))
  assert.equal((await openSecrets(to)).open(sealed, 'c'), 'geheim')
  for (const { digest } of stored)
    assert.equal(await readAll(target.blobs, digest), await readAll(blobs, digest))
  await prepareDatabase(empty.url)
  await assert.rejects(loadBackup(file, target, silent), { code: 'home_not_empty' })
})

test('a backup of a platform at work is of one moment', async () => {
  await using directory = await makeDirectory()
  await using db = await openTestStore()
  const source = {
    url: db.url,
    blobs: await openBlobs({ kind: 'local', home: directory.path }),
    home: directory.path,
  }
  let goOn = true
  const writing = (async () => {
    // An event and its audit entry are one transaction: the backup has both or neither.
    while (goOn) {
      await db.transact(system('test'), async (tx) => {
        const subject = await tx.emit({ type: 'a.b', projectId: null, subject: 'x' })
        await tx.audit({ action: 'a.b', projectId: null, subjectType: 'event', subjectId: subject })
      })
    }
  })()
  const file = join(directory.path, 'backup.tar')
  for (let round = 0; round < 3; round++) await saveBackup(source, file, silent)
  goOn = false
  await writing
  await using empty = await openScratchDatabase()
  const home = join(directory.path, 'to')
  await loadBackup(file, { url: empty.url, blobs: await openBlobs({ kind: 'local', home }), home }, silent)
  const { rows } = await empty.client.query(
    'select count(*) as events, count(a.id) as audited from events e full join audit_entries a on a.subject_id = e.id::text',
  )
  assert.ok(rows[0].events > 0)
  assert.equal(rows[0].audited, rows[0].events)
})

test('a damaged backup restores nothing', async () => {
  await using directory = await makeDirectory()
  await using db = await openTestStore()
  await seed(db, 100)
  const blobs = await openBlobs({ kind: 'local', home: directory.path })
  await openSecrets(directory.path)
  const file = join(directory.path, 'backup.tar')
  await saveBackup({ url: db.url, blobs, home: directory.path }, file, silent)
  const whole = await readFile(file)
  const damages: [what: string, damage: () => Promise<void>][] = [
    ['cut short', () => truncate(file, whole.length - 2048)],
    ['a changed row', () => overwrite(file, whole.indexOf('quote"'), 'QUOTE"')],
    ['no backup at all', () => overwrite(file, 0, 'x'.repeat(512))],
  ]
  for (const [what, damage] of damages) {
    await overwrite(file, 0, whole)
    await damage()
    await using empty = await openScratchDatabase()
    const home = join(directory.path, `to ${what}`)
    const target = { url: empty.url, blobs: await openBlobs({ kind: 'local', home }), home }
    await assert.rejects(loadBackup(file, target, silent), { code: 'invalid_backup' }, what)
    const { rows } = await empty.client.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace`,
    )
    assert.deepEqual(rows, [], what)
    await overwrite(file, 0, whole)
    await loadBackup(file, target, silent)
  }
})

test('the commands work on a home with its own server, running or stopped', async () => {
  await using directory = await makeDirectory()
  const config = readConfig({ home: join(directory.path, 'from') })
  const elsewhere = readConfig({ home: join(directory.path, 'to') })
  const [running, stopped] = [join(directory.path, 'running.tar'), join(directory.path, 'stopped.tar')]
  await assert.rejects(runBackup(config, running, silent), { code: 'not_found' })
  const database = await startDatabase({ home: config.home, log: silent })
  await openSecrets(config.home)
  await runBackup(config, running, silent)
  await database[Symbol.asyncDispose]()
  const summary = await runBackup(config, stopped, silent)
  assert.equal(summary.bytes, (await stat(stopped)).size)
  await runRestore(elsewhere, stopped, silent)
  await assert.rejects(runRestore(elsewhere, running, silent), { code: 'home_not_empty' })
  await using _restored = await startDatabase({ home: elsewhere.home, log: silent })
})

async function overwrite(file: string, position: number, bytes: string | Buffer): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.write(Buffer.from(bytes), 0, undefined, position)
  await handle.close()
}
