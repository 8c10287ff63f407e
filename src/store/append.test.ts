import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openTestStore, type TestStore } from '../../test/kit/database.ts'
import { uuidv7 } from '../base/id.ts'

function event(data: Record<string, unknown> = {}) {
  return { id: uuidv7(), type: 't', subject: 's', occurred_at: new Date(1_000), data }
}

async function countEvents(db: TestStore): Promise<number> {
  return (await db.read.selectFrom('events').select('id').execute()).length
}

test('values of every type arrive as they were given', async () => {
  await using db = await openTestStore()
  await sql`create table kinds (i int8, f float8, t text, j jsonb, at timestamptz, b bytea, list text[], d text default 'x')`.execute(
    db.read,
  )
  const at = new Date('2026-01-02T03:04:05.678Z')
  const row = {
    i: 2 ** 53 - 1,
    f: 0.1,
    t: 'é"\\\n',
    j: { a: [1, 'x'] },
    at,
    b: Buffer.from([0, 255]),
    list: ['a,b', '"'],
  }
  const append = db.append as (table: string, rows: object[]) => Promise<void>
  await append('kinds', [
    row,
    { f: Number.NaN },
    { f: Number.NEGATIVE_INFINITY, j: '[1]' },
    { t: null, j: 'null' },
  ])
  const { rows } = await sql`select * from kinds`.execute(db.read)
  assert.deepEqual(rows[0], { ...row, d: 'x' })
  assert.deepEqual(
    rows.map((each) => (each as { f: number }).f),
    [0.1, Number.NaN, Number.NEGATIVE_INFINITY, null],
  )
  assert.deepEqual(
    rows.map((each) => (each as { j: unknown }).j),
    [row.j, null, [1], null],
  )
})

test('concurrent appends share statements and all arrive', async () => {
  await using db = await openTestStore()
  await sql`create table statements (n int)`.execute(db.read)
  await sql`create function counted() returns trigger language plpgsql as 'begin insert into statements values (1); return null; end'`.execute(
    db.read,
  )
  await sql`create trigger counted after insert on events execute function counted()`.execute(db.read)
  await Promise.all(Array.from({ length: 500 }, () => db.append('events', [event(), event()])))
  assert.equal(await countEvents(db), 1000)
  const { rows } = await sql`select n from statements`.execute(db.read)
  assert.ok(rows.length < 20, `${rows.length} statements for 500 appends`)
})

test('a bad row fails its own call as a whole and no other', async () => {
  await using db = await openTestStore()
  const taken = event()
  await db.append('events', [taken])
  const calls = Array.from({ length: 50 }, (_, index) =>
    db.append('events', index % 10 === 3 ? [event(), taken] : [event(), event()]),
  )
  const results = await Promise.allSettled(calls)
  assert.equal(results.filter((result) => result.status === 'rejected').length, 5)
  assert.equal(await countEvents(db), 1 + 45 * 2)
})

test('rows that exist are skipped on request, also twice in one statement', async () => {
  await using db = await openTestStore()
  const one = event()
  await Promise.all(
    Array.from({ length: 20 }, () => db.append('events', [one, event()], { onConflict: 'ignore' })),
  )
  assert.equal(await countEvents(db), 21)
})

test('an unknown column is refused', async () => {
  await using db = await openTestStore()
  await assert.rejects(db.append('events', [{ ...event(), colour: 'red' }]), /no column colour/)
})

test("text that a database cannot hold is the sender's mistake", async () => {
  await using db = await openTestStore()
  await assert.rejects(db.append('events', [{ ...event(), subject: 'a\u0000b' }]), {
    code: 'invalid_argument',
  })
})

test('a row of a key that exists replaces it when that is asked for', async () => {
  await using db = await openTestStore()
  const row = (name: string) => ({
    project_id: uuidv7(0),
    trace_id: 'tr-1',
    id: '1',
    name,
    type: 'T',
    status: 'ok',
    start_ns: 1,
    content: '{}',
  })
  const key = row('').project_id
  await db.append('spans', [{ ...row('first'), project_id: key }], { onConflict: 'replace' })
  // Sent together they share a statement, which can't touch a row twice: it is repeated call by call.
  await Promise.all(
    ['second', 'third'].map((name) =>
      db.append('spans', [{ ...row(name), project_id: key }], { onConflict: 'replace' }),
    ),
  )
  const found = await db.read.selectFrom('spans').select('name').execute()
  assert.deepEqual(found, [{ name: 'third' }])
})
