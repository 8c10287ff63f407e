import { CronExpressionParser } from 'cron-parser'
import { sql } from 'kysely'
import type { Schedule } from '../base/area.ts'
import { messageOf, SlipwayError } from '../base/error.ts'
import type { Store, Tx } from './store.ts'

const keptDays = 7

/** The last tick of a schedule at or before a time. Ticks of a period are multiples of it since 1970. */
export function tickBefore(every: Schedule['every'], time: Date): Date {
  if (typeof every === 'number') return new Date(Math.floor(time.getTime() / every) * every)
  // `prev` is exclusive: a tick at this very millisecond counts.
  return parseCron(every, new Date(time.getTime() + 1))
    .prev()
    .toDate()
}

/** The first tick of a schedule after a time. */
export function tickAfter(every: Schedule['every'], time: Date): Date {
  if (typeof every === 'number') return new Date((Math.floor(time.getTime() / every) + 1) * every)
  return parseCron(every, time).next().toDate()
}

function parseCron(expression: string, currentDate: Date) {
  try {
    return CronExpressionParser.parse(expression, { tz: 'UTC', currentDate })
  } catch (cause) {
    throw new SlipwayError('invalid_argument', `"${expression}" is not a schedule: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/**
 * Takes the latest tick of each schedule that no worker has taken, and queues its work. Ticks missed while nothing ran
 * are skipped, except the latest. A schedule that is seen for the first time waits for its next tick.
 * Returns the time of the next tick and the database's clock.
 */
export async function takeTicks(
  store: Store,
  schedules: readonly Schedule[],
): Promise<{ next: Date | undefined; now: Date }> {
  return store.housekeep(async (tx) => {
    for (const schedule of schedules) await takeTick(tx, schedule)
    const next = schedules.map((schedule) => tickAfter(schedule.every, tx.now).getTime())
    return { next: next.length === 0 ? undefined : new Date(Math.min(...next)), now: tx.now }
  })
}

async function takeTick(tx: Tx, schedule: Schedule): Promise<void> {
  const tick = tickBefore(schedule.every, tx.now)
  const last = await tx.db
    .selectFrom('schedule_ticks')
    .select(({ fn }) => fn.max('tick').as('tick'))
    .where('schedule', '=', schedule.name)
    .executeTakeFirst()
  const seen = last?.tick ?? null
  if (seen !== null && seen >= tick) return
  const taken = await tx.db
    .insertInto('schedule_ticks')
    .values({ schedule: schedule.name, tick })
    .onConflict((conflict) => conflict.doNothing())
    .returning('tick')
    .executeTakeFirst()
  if (taken === undefined || seen === null) return
  await tx.enqueue({
    kind: schedule.kind,
    key: schedule.name,
    projectId: null,
    payload: { schedule: schedule.name, tick },
  })
  await sql`delete from schedule_ticks where schedule = ${schedule.name} and tick < ${tick}::timestamptz - ${keptDays} * interval '1 day'`.execute(
    tx.db,
  )
}
