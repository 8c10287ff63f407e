import { type RawBuilder, sql } from 'kysely'
import type { Log } from '../../base/log.ts'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Store } from '../../store/store.ts'

export interface SweepDeps {
  readonly store: Store
  readonly blobs: Blobs
  readonly log: Log
  /** Queries of one column `digest`, of every area: what they do not name is garbage. */
  readonly references: () => readonly string[]
  /** How long a blob must have been garbage, and how old it must be, to be freed. In milliseconds. */
  readonly graceMs: number
}

export interface SweepResult {
  readonly blobs: number
  readonly bytes: number
  readonly condemnedBlobs: number
  readonly condemnedBytes: number
  readonly freedBlobs: number
  readonly freedBytes: number
  readonly missing: readonly string[]
}

const batch = 2000
const mostMissing = 100

/**
 * Frees blobs that nothing refers to, mark and sweep. First all blobs are listed, then all references: a blob that is
 * stored or named meanwhile is not in the list, or is named. What is garbage is only condemned; it is freed by a later
 * pass when it has been garbage for the whole grace period, was not written again since, and is not named at this last
 * moment. So neither an upload that puts the same bytes, nor a change that copies a digest it has read, can lose them.
 * Safe to kill anywhere; a pass that follows begins anew.
 */
export async function sweep(
  deps: SweepDeps,
  run: { id: string; dryRun: boolean; now?: Date; signal?: AbortSignal },
): Promise<SweepResult> {
  const { store } = deps
  const now = run.now ?? new Date()
  const cutoff = new Date(now.getTime() - deps.graceMs)
  try {
    await listBlobs(deps, run.id, run.signal)
    await mark(deps, run.id)
    const total = await totals(store, run.id)
    const missing = await missingBlobs(deps, run.id)
    if (!run.dryRun) await condemn(store, run.id, now)
    const due = await dueBlobs(store, run.id, cutoff)
    const freed = run.dryRun ? due : await free(deps, due, cutoff, run.signal)
    return { ...total, freedBlobs: freed.length, freedBytes: sum(freed), missing }
  } finally {
    await forget(store, run.id)
  }
}

async function listBlobs({ store, blobs }: SweepDeps, id: string, signal?: AbortSignal): Promise<void> {
  let waiting: { digest: string; size: number; written_at: Date }[] = []
  const flush = async () => {
    const rows = waiting.map((row) => ({ sweep_id: id, ...row }))
    waiting = []
    if (rows.length === 0) return
    await store.housekeep(({ db }) =>
      db
        .insertInto('sweep_blobs')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    )
  }
  for await (const { digest, size, writtenAt } of blobs.list()) {
    signal?.throwIfAborted()
    waiting.push({ digest, size, written_at: writtenAt })
    if (waiting.length === batch) await flush()
  }
  await flush()
}

/** The areas' own texts, put together: nothing of them comes from outside the program. */
function named(deps: SweepDeps): RawBuilder<unknown> {
  return sql.raw(
    deps
      .references()
      .map((query) => `(${query})`)
      .join(' union all '),
  )
}

async function mark(deps: SweepDeps, id: string): Promise<void> {
  await deps.store.housekeep(({ db }) =>
    sql`insert into sweep_marks (sweep_id, digest)
      select distinct ${id}::uuid, r.digest from (${named(deps)}) r where r.digest is not null`.execute(db),
  )
}

async function totals(store: Store, id: string) {
  const { rows } = await sql<{
    blobs: number
    bytes: number
    condemnedBlobs: number
    condemnedBytes: number
  }>`select count(*) as blobs, coalesce(sum(size), 0)::bigint as bytes,
      count(*) filter (where m.digest is null) as "condemnedBlobs",
      coalesce(sum(size) filter (where m.digest is null), 0)::bigint as "condemnedBytes"
    from sweep_blobs b left join sweep_marks m on m.sweep_id = b.sweep_id and m.digest = b.digest
    where b.sweep_id = ${id}`.execute(store.read)
  const [row] = rows
  return {
    blobs: Number(row?.blobs ?? 0),
    bytes: Number(row?.bytes ?? 0),
    condemnedBlobs: Number(row?.condemnedBlobs ?? 0),
    condemnedBytes: Number(row?.condemnedBytes ?? 0),
  }
}

/** Named blobs that were not listed and, looked at again, are not there: they were not just put. */
async function missingBlobs({ store, blobs }: SweepDeps, id: string): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`select m.digest from sweep_marks m
    where m.sweep_id = ${id} and m.digest ~ '^[0-9a-f]{64}$' and not exists
      (select from sweep_blobs b where b.sweep_id = m.sweep_id and b.digest = m.digest)
    order by 1 limit ${mostMissing}`.execute(store.read)
  const missing: string[] = []
  for (const { digest } of rows) if ((await blobs.stat(digest)) === undefined) missing.push(digest)
  return missing
}

async function condemn(store: Store, id: string, now: Date): Promise<void> {
  await store.housekeep(async ({ db }) => {
    await sql`delete from blobs_condemned c where
        exists (select from sweep_marks m where m.sweep_id = ${id} and m.digest = c.digest)
        or not exists (select from sweep_blobs b where b.sweep_id = ${id} and b.digest = c.digest)`.execute(
      db,
    )
    await sql`insert into blobs_condemned (digest, size, since)
      select b.digest, b.size, ${now} from sweep_blobs b where b.sweep_id = ${id} and not exists
        (select from sweep_marks m where m.sweep_id = b.sweep_id and m.digest = b.digest)
      on conflict (digest) do nothing`.execute(db)
  })
}

interface Due {
  readonly digest: string
  readonly size: number
}

async function dueBlobs(store: Store, id: string, cutoff: Date): Promise<Due[]> {
  const { rows } = await sql<Due>`select b.digest, b.size from sweep_blobs b
    join blobs_condemned c on c.digest = b.digest
    where b.sweep_id = ${id} and c.since <= ${cutoff} and b.written_at < ${cutoff} and not exists
      (select from sweep_marks m where m.sweep_id = b.sweep_id and m.digest = b.digest)
    order by b.digest`.execute(store.read)
  return rows.map((row) => ({ digest: row.digest, size: Number(row.size) }))
}

async function free(
  deps: SweepDeps,
  due: readonly Due[],
  cutoff: Date,
  signal: AbortSignal | undefined,
): Promise<Due[]> {
  const freed: Due[] = []
  for (let start = 0; start < due.length; start += batch) {
    const some = due.slice(start, start + batch)
    const kept = await stillNamed(deps, some)
    for (const blob of some) {
      signal?.throwIfAborted()
      if (kept.has(blob.digest)) continue
      if (!(await deps.blobs.delete(blob.digest, { before: cutoff }))) continue
      await deps.store.housekeep(({ db }) =>
        db.deleteFrom('blobs_condemned').where('digest', '=', blob.digest).execute(),
      )
      freed.push(blob)
    }
    deps.log.info('blobs.freed', { count: freed.length, bytes: sum(freed) })
  }
  return freed
}

async function stillNamed(deps: SweepDeps, blobs: readonly Due[]): Promise<Set<string>> {
  const digests = blobs.map((blob) => blob.digest)
  const { rows } = await sql<{ digest: string }>`select distinct r.digest from (${named(deps)}) r
    where r.digest = any(${digests}::text[])`.execute(deps.store.read)
  return new Set(rows.map((row) => row.digest))
}

async function forget(store: Store, id: string): Promise<void> {
  await store.housekeep(async ({ db }) => {
    await db.deleteFrom('sweep_blobs').where('sweep_id', '=', id).execute()
    await db.deleteFrom('sweep_marks').where('sweep_id', '=', id).execute()
  })
}

function sum(blobs: readonly Due[]): number {
  return blobs.reduce((total, blob) => total + blob.size, 0)
}
