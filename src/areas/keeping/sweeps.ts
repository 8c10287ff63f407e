import type { Selectable } from 'kysely'
import type { Attempt, Next, WorkItem } from '../../base/area.ts'
import { messageOf, SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { type Principal, system } from '../../base/principal.ts'
import type { Sweep } from '../../contract/keeping.ts'
import type { Sweeps } from '../../store/tables.ts'
import { type SweepDeps, sweep } from './sweep.ts'

export const sweepKind = 'keeping.sweep'
const keptSweeps = 100

export interface KeepingSweepDeps extends SweepDeps {
  /** Frees uploads that were given up. */
  readonly sweepUploads: (now: Date) => Promise<number>
}

/** Records a pass and has a worker do it. */
export async function startSweep(deps: SweepDeps, principal: Principal, dryRun: boolean): Promise<string> {
  const id = uuidv7()
  await deps.store.transact(principal, async (tx) => {
    await tx.db.insertInto('sweeps').values({ id, dry_run: dryRun, by: principal.name }).execute()
    await tx.enqueue({
      kind: sweepKind,
      key: id,
      projectId: null,
      payload: { sweep: id },
      concurrencyKey: sweepKind,
    })
    await tx.audit({
      action: 'sweep.start',
      projectId: null,
      subjectType: 'sweep',
      subjectId: id,
      details: { dry_run: dryRun },
    })
  })
  return id
}

/** One pass, asked for by a person or due by the schedule. */
export async function runSweep(deps: KeepingSweepDeps, item: WorkItem, attempt: Attempt): Promise<Next> {
  const asked = item.payload.sweep
  const id = typeof asked === 'string' ? asked : await startScheduled(deps)
  const { dry_run: dryRun } = await sweepRow(deps, id)
  const end = async (set: Partial<Record<keyof Sweeps, unknown>>) => {
    await deps.store.housekeep(async (tx) => {
      await tx.fence(attempt)
      await tx.db
        .updateTable('sweeps')
        .set({ ...set, ended_at: tx.now } as never)
        .where('id', '=', id)
        .execute()
    })
  }
  try {
    if (!dryRun) await deps.sweepUploads(new Date())
    const result = await sweep(deps, { id, dryRun, signal: attempt.signal })
    await end({
      state: 'done',
      blobs: result.blobs,
      bytes: result.bytes,
      condemned_blobs: result.condemnedBlobs,
      condemned_bytes: result.condemnedBytes,
      freed_blobs: result.freedBlobs,
      freed_bytes: result.freedBytes,
      missing: JSON.stringify(result.missing),
    })
    if (result.missing.length > 0) deps.log.error('blobs.missing', { digests: result.missing })
  } catch (error) {
    if (!attempt.signal.aborted) await end({ state: 'failed', error: messageOf(error) })
    throw error
  }
  await forgetOld(deps)
  return undefined
}

async function startScheduled(deps: SweepDeps): Promise<string> {
  const id = uuidv7()
  const { name } = system('schedule')
  await deps.store.housekeep(({ db }) =>
    db.insertInto('sweeps').values({ id, dry_run: false, by: name }).execute(),
  )
  return id
}

async function forgetOld({ store }: SweepDeps): Promise<void> {
  await store.housekeep(({ db }) =>
    db
      .deleteFrom('sweeps')
      .where('id', 'in', (from) =>
        from.selectFrom('sweeps').select('id').orderBy('id', 'desc').offset(keptSweeps),
      )
      .execute(),
  )
}

async function sweepRow({ store }: Pick<SweepDeps, 'store'>, id: string): Promise<Selectable<Sweeps>> {
  const row = await store.read.selectFrom('sweeps').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new SlipwayError('not_found', 'There is no such sweep.')
  return row
}

/** Fails with `not_found`. */
export async function sweepView(deps: Pick<SweepDeps, 'store'>, id: string): Promise<Sweep> {
  return view(await sweepRow(deps, id))
}

/** Newest first. */
export async function lastSweeps({ store }: Pick<SweepDeps, 'store'>, limit: number): Promise<Sweep[]> {
  const rows = await store.read.selectFrom('sweeps').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return rows.map(view)
}

function view(row: Selectable<Sweeps>): Sweep {
  return {
    id: row.id,
    dry_run: row.dry_run,
    state: row.state as Sweep['state'],
    stored: { blobs: Number(row.blobs), bytes: Number(row.bytes) },
    garbage: { blobs: Number(row.condemned_blobs), bytes: Number(row.condemned_bytes) },
    freed: { blobs: Number(row.freed_blobs), bytes: Number(row.freed_bytes) },
    missing: row.missing as unknown as string[],
    error: row.error,
    by: row.by,
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  }
}
