import { type Kysely, sql } from 'kysely'
import type { WorkItem } from '../base/area.ts'
import { type ProcessIdentity, presence } from '../base/process.ts'
import { backoffMs } from './backoff.ts'
import { uniqueViolation } from './failure.ts'
import type { DB } from './tables.ts'

/** A piece of work that this worker holds. */
export interface Lease extends WorkItem {
  readonly id: string
  readonly attempt: number
  readonly failures: number
  readonly concurrencyKey: string | null
}

/** How many more of a kind a worker can take. */
export interface Capacity {
  readonly kind: string
  readonly free: number
}

type Held = Pick<Lease, 'id' | 'attempt'>

/**
 * Takes due work. Of one concurrency key only the first in line is a candidate, and only when none is leased; two
 * workers that race for the same key are stopped by a unique index, and the loser asks again.
 */
export async function claim(
  db: Kysely<DB>,
  capacities: readonly Capacity[],
  owner: string,
  leaseMs: number,
): Promise<Lease[]> {
  const kinds = capacities.map((capacity) => capacity.kind)
  const free = capacities.map((capacity) => capacity.free)
  const query = sql<Lease>`
    with due as (
      select candidate.id from unnest(${kinds}::text[], ${free}::int[]) as capacity (kind, free)
      cross join lateral (
        select w.id from work w
        where w.state = 'queued' and w.kind = capacity.kind and w.run_at <= now()
          and (w.concurrency_key is null or (
            not exists (select 1 from work l where l.concurrency_key = w.concurrency_key and l.state = 'leased')
            and not exists (select 1 from work q where q.concurrency_key = w.concurrency_key and q.state = 'queued'
              and q.kind = any(${kinds}::text[]) and (q.run_at, q.id) < (w.run_at, w.id))))
        order by w.run_at limit capacity.free for update skip locked
      ) as candidate
    )
    update work set state = 'leased', attempt = attempt + 1, owner = ${owner}, updated_at = now(),
      lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from due where work.id = due.id
    returning work.id, kind, key, project_id as "projectId", payload, attempt, failures,
      concurrency_key as "concurrencyKey"`
  for (;;) {
    try {
      return (await query.execute(db)).rows
    } catch (error) {
      if (uniqueViolation(error) !== 'work_one_at_a_time') throw error
    }
  }
}

/**
 * Milliseconds until the next work of these kinds is due, 0 or less for what has come due within the last `sinceMs`;
 * undefined when none is waiting for its time.
 */
export async function nextDue(
  db: Kysely<DB>,
  kinds: readonly string[],
  sinceMs: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(run_at) - now()) * 1000)::float8 as ms from work
    where state = 'queued' and kind = any(${kinds}::text[]) and run_at > now() - ${sinceMs} * interval '1 millisecond'`.execute(
    db,
  )
  return rows[0]?.ms ?? undefined
}

/** Prolongs leases; returns the ids of those that are still held, renewed or just locked by a write of their own. */
export async function renew(db: Kysely<DB>, held: readonly Held[], leaseMs: number): Promise<Set<string>> {
  const ids = held.map((lease) => lease.id)
  const attempts = held.map((lease) => lease.attempt)
  await sql`
    update work set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    from (
      select w.id from work w join unnest(${ids}::uuid[], ${attempts}::int[]) as h (id, attempt) using (id, attempt)
      where w.state = 'leased' for update of w skip locked
    ) as mine where work.id = mine.id`.execute(db)
  const { rows } = await sql<{ id: string }>`
    select w.id from work w join unnest(${ids}::uuid[], ${attempts}::int[]) as h (id, attempt) using (id, attempt)
    where w.state = 'leased'`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/** Ends an attempt well: the work is gone, unless it was queued again meanwhile or asks for another time. */
export async function finish(db: Kysely<DB>, held: Held, again: Date | undefined): Promise<void> {
  if (again === undefined && (await remove(db, held))) return
  await sql`
    update work set state = 'queued', run_at = least(${again ?? null}::timestamptz, wake_at), wake_at = null,
      failures = 0, error = null, owner = null, lease_until = null, updated_at = now()
    where id = ${held.id} and attempt = ${held.attempt} and state = 'leased'`.execute(db)
}

async function remove(db: Kysely<DB>, held: Held): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from work where id = ${held.id} and attempt = ${held.attempt} and state = 'leased' and wake_at is null`.execute(
    db,
  )
  return numAffectedRows === 1n
}

/** Gives an attempt back unharmed: its worker stops. */
export async function release(db: Kysely<DB>, held: Held): Promise<void> {
  await sql`
    update work set state = 'queued', run_at = now(), wake_at = null, owner = null, lease_until = null, updated_at = now()
    where id = ${held.id} and attempt = ${held.attempt} and state = 'leased'`.execute(db)
}

/**
 * Ends an attempt badly: it is tried again after a backoff, or fails for good after the last attempt. Work that was
 * queued again meanwhile has news to look at and is never given up here.
 */
export async function fail(
  db: Kysely<DB>,
  held: Held & Pick<Lease, 'failures'>,
  error: string,
  maxAttempts: number,
): Promise<void> {
  const failures = held.failures + 1
  const last = failures >= maxAttempts
  await sql`
    update work set state = case when ${last} and wake_at is null then 'failed' else 'queued' end,
      failures = case when ${last} and wake_at is not null then 0 else ${failures}::int end,
      run_at = now() + ${backoffMs(failures)} * interval '1 millisecond',
      wake_at = null, error = ${error}, owner = null, lease_until = null, updated_at = now()
    where id = ${held.id} and attempt = ${held.attempt} and state = 'leased'`.execute(db)
}

/**
 * Takes back what was leased by workers that are gone: their lease has run out, or they are seen to be dead on this
 * machine. Any worker does this. Returns how many.
 */
export async function reap(db: Kysely<DB>, maxAttempts: ReadonlyMap<string, number>): Promise<number> {
  const kinds = [...maxAttempts.keys()]
  const limits = [...maxAttempts.values()]
  const { numAffectedRows } = await sql`
    update work set state = case when failures + 1 >= lost.most and wake_at is null then 'failed' else 'queued' end,
      failures = failures + 1, run_at = now() + least(failures, 30) * interval '1 second', wake_at = null,
      error = 'the worker was lost', owner = null, lease_until = null, updated_at = now()
    from (
      select w.id, limits.most from work w
      join unnest(${kinds}::text[], ${limits}::int[]) as limits (kind, most) using (kind)
      where w.state = 'leased' and (w.lease_until < now() or w.owner = any(${await deadOwners(db)}::text[]))
      for update of w skip locked
    ) as lost where work.id = lost.id`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

async function deadOwners(db: Kysely<DB>): Promise<string[]> {
  const rows = await db.selectFrom('work').select('owner').distinct().where('state', '=', 'leased').execute()
  return rows.flatMap(({ owner }) => (owner !== null && isDead(owner) ? [owner] : []))
}

function isDead(owner: string): boolean {
  try {
    return presence((JSON.parse(owner) as { process: ProcessIdentity }).process) === 'gone'
  } catch {
    return false
  }
}
