import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOtherConnections, openTestStore } from '../../test/kit/database.ts'
import { SlipwayError } from '../base/error.ts'
import { silent } from '../base/log.ts'
import { system } from '../base/principal.ts'
import { openStore } from './open.ts'
import type { Tx } from './store.ts'

const who = system('test')
const entry = { action: 'thing.make', projectId: null, subjectType: 'thing', subjectId: 'x' }

test('a change without an audit entry is rolled back', async () => {
  await using db = await openTestStore()
  const write = db.transact(who, (tx) => tx.emit({ type: 'thing.made', projectId: null, subject: 'x' }))
  await assert.rejects(write, /without an audit entry/)
  assert.deepEqual(await db.read.selectFrom('events').selectAll().execute(), [])
})

test('a change is kept with its audit entry, event and deliveries', async () => {
  await using db = await openTestStore()
  db.subscribe([
    { name: 'counter', types: ['thing.made'] },
    { name: 'other', types: ['thing.lost'] },
  ])
  const id = await db.transact(who, async (tx) => {
    await tx.audit({ ...entry, details: { list: [1, 2] } })
    return tx.emit({ type: 'thing.made', projectId: null, subject: 'x', data: { size: 1 } })
  })
  const audited = await db.read.selectFrom('audit_entries').selectAll().execute()
  assert.deepEqual(
    audited.map(({ actor_id, action, details }) => [actor_id, action, details]),
    [['system:test', 'thing.make', { list: [1, 2] }]],
  )
  const events = await db.read.selectFrom('events').select(['id', 'type', 'data']).execute()
  assert.deepEqual(events, [{ id, type: 'thing.made', data: { size: 1 } }])
  const work = await db.read.selectFrom('work').select(['kind', 'key']).execute()
  assert.deepEqual(work, [{ kind: 'on:counter', key: id }])
})

test('a change that throws leaves nothing behind', async () => {
  await using db = await openTestStore()
  const write = db.transact(who, async (tx) => {
    await tx.audit(entry)
    throw new SlipwayError('conflict', 'no')
  })
  await assert.rejects(write, { code: 'conflict' })
  assert.deepEqual(await db.read.selectFrom('audit_entries').selectAll().execute(), [])
})

test('a deadlock is resolved by running one change again', async () => {
  await using db = await openTestStore()
  await db.append('schedule_ticks', [tick('a'), tick('b')])
  const bothHold = barrier(2)
  let runs = 0
  const lockBoth = (first: string, second: string) =>
    db.transact(who, async (tx) => {
      runs += 1
      const firstRun = runs <= 2
      await tx.audit(entry)
      await touch(tx, first)
      if (firstRun) await bothHold()
      await touch(tx, second)
    })
  await Promise.all([lockBoth('a', 'b'), lockBoth('b', 'a')])
  assert.equal(runs, 3)
  assert.equal((await db.read.selectFrom('audit_entries').selectAll().execute()).length, 2)
})

test('a change whose connection is killed runs again', async () => {
  await using db = await openTestStore()
  let runs = 0
  await db.transact(who, async (tx) => {
    runs += 1
    await tx.audit(entry)
    if (runs > 1) return
    await endOtherConnections(db.url)
    await tx.audit(entry)
  })
  assert.equal(runs, 2)
  assert.equal((await db.read.selectFrom('audit_entries').selectAll().execute()).length, 1)
})

test('an unreachable database is named', async () => {
  const opening = openStore({ url: 'postgresql://slipway@%2Fnowhere/x', log: silent })
  await assert.rejects(opening, { code: 'database_unavailable' })
})

function tick(schedule: string) {
  return { schedule, tick: new Date(0) }
}

async function touch(tx: Tx, schedule: string): Promise<void> {
  await tx.db
    .updateTable('schedule_ticks')
    .set({ taken_at: tx.now })
    .where('schedule', '=', schedule)
    .execute()
}

/** Resolves for everyone once so many have come. */
function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let here = 0
  return () => {
    here += 1
    if (here === count) resolve()
    return promise
  }
}
