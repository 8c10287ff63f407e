import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../../test/kit/database.ts'
import { system } from '../base/principal.ts'

const who = system('test')
test('a change without an audit entry is rolled back', async () => {
  await using db = await openTestStore()
  const write = db.transact(who, async (tx) => {
    await tx.emit({ type: 'thing.made', projectId: null, subject: 'x' })
  })
  await assert.rejects(write, /without an audit entry/)
  assert.equal((await db.read.selectFrom('events').selectAll().execute()).length, 0)
  await db.append('schedule_ticks', [{ schedule: 'a', tick: new Date() }])
  assert.equal((await db.read.selectFrom('schedule_ticks').selectAll().execute()).length, 1)
})
