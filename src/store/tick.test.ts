import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openSecondStore, openTestStore } from '../../test/kit/database.ts'
import { takeTicks, tickAfter, tickBefore } from './tick.ts'

const at = (text: string) => new Date(`2026-03-01T${text}Z`)

test('ticks of cron expressions are in UTC, the present one included', () => {
  assert.deepEqual(tickBefore('0 3 * * *', at('03:00:00.000')), at('03:00:00'))
  assert.deepEqual(tickBefore('0 3 * * *', at('02:59:59.999')), new Date('2026-02-28T03:00:00Z'))
  assert.deepEqual(tickAfter('0 3 * * *', at('03:00:00.000')), new Date('2026-03-02T03:00:00Z'))
  assert.deepEqual(tickAfter('*/15 * * * *', at('03:07:00.000')), at('03:15:00'))
})

test('ticks of periods are multiples since 1970', () => {
  assert.deepEqual(tickBefore(1000, at('00:00:01.500')), at('00:00:01'))
  assert.deepEqual(tickBefore(1000, at('00:00:01.000')), at('00:00:01'))
  assert.deepEqual(tickAfter(1000, at('00:00:01.000')), at('00:00:02'))
})

test('a broken expression is named', () => {
  assert.throws(() => tickAfter('61 * * * *', at('00:00:00')), { code: 'invalid_argument' })
})

test('a tick is taken once across two stores that try at once', async () => {
  await using db = await openTestStore()
  await using second = await openSecondStore(db)
  const schedule = { name: 's', every: 3_600_000, kind: 'k' }
  await takeTicks(db, [schedule])
  assert.deepEqual(
    await db.read.selectFrom('work').select('key').execute(),
    [],
    'the first sight only marks where it is',
  )
  // As if the last tick had been taken yesterday.
  await sql`update schedule_ticks set tick = tick - interval '1 day'`.execute(db.read)
  await Promise.all([db, second, db, second, db, second].map((store) => takeTicks(store, [schedule])))
  const ticks = await db.read.selectFrom('schedule_ticks').select('tick').execute()
  assert.equal(ticks.length, 2, 'missed ticks but the latest are skipped')
  const work = await db.read
    .selectFrom('work')
    .select(['kind', 'key', 'attempt', 'updated_at', 'created_at'])
    .execute()
  assert.deepEqual(
    work.map(({ kind, key }) => [kind, key]),
    [['k', 's']],
  )
  assert.deepEqual(work[0]?.updated_at, work[0]?.created_at, 'queued by one transaction only')
})
