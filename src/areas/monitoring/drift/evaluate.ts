import type { Attempt } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import { settleAlerts } from '../alerts/settle.ts'
import type { MonitoringDeps } from '../deps.ts'
import type { MonitorRow, StoredDriftRule } from '../monitor.ts'
import { nextWindow } from '../next-window.ts'
import { readReference } from '../reader.ts'
import type { LogWindow } from '../windows.ts'
import { buildReference } from './build.ts'
import { countColumns } from './count.ts'
import { type DriftJudgement, judgeDrift } from './judge.ts'
import type { Reference } from './reference.ts'

/** Compares every window that has closed. Answers when the next one may close, where that is known. */
export async function evaluateDrift(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: StoredDriftRule,
  attempt: Attempt,
): Promise<Date | undefined> {
  let through = monitor.driftThrough
  for (;;) {
    // After each window, and first of all for one that was kept just before a crash.
    await settleAlerts(deps.store, monitor, 'drift', attempt)
    const place = { deploymentId: monitor.deploymentId, through, since: monitor.since }
    const next = await nextWindow(deps.serving, place, rule.window, new Date())
    if (next.window === undefined) return next.at
    const paths = await localPaths(deps, next.window)
    const reference = await referenceOf(deps, monitor, rule, paths, attempt)
    const options = { prefix: 'in_', signal: attempt.signal }
    const counted = await countColumns(deps.columnar, paths, reference.columns, options)
    const judgement = judgeDrift(reference, counted, rule.share)
    await keep(deps, { ...monitor, driftThrough: through }, next.window, rule, judgement, attempt)
    through = next.window.lastSequence
  }
}

async function localPaths(deps: MonitoringDeps, window: LogWindow): Promise<string[]> {
  return await Promise.all(window.parts.map((part) => deps.blobs.localPath(part.digest)))
}

/** The stored bins, or new ones when there are none of this reference yet. */
async function referenceOf(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: StoredDriftRule,
  paths: readonly string[],
  attempt: Attempt,
): Promise<Reference> {
  const stored = await readReference(deps.store.read, monitor.id)
  if (stored?.versionId === rule.reference_version_id) return stored
  const version = await deps.data.versionById(rule.reference_version_id)
  if (version === undefined) {
    throw new SlipwayError(
      'not_found',
      `The reference of the monitor, dataset version ${rule.reference_version_id}, is gone.`,
    )
  }
  const logged = await inputsOf(deps, paths, attempt)
  const columns = version.schema.map(({ name }) => name).filter((name) => logged.has(name))
  const wanted = rule.columns === undefined ? columns : columns.filter((name) => rule.columns?.includes(name))
  const reference = await buildReference(
    deps.columnar,
    version,
    await deps.data.paths(version.id),
    wanted,
    attempt.signal,
  )
  await store(deps, monitor, reference, attempt)
  return reference
}

async function inputsOf(
  deps: MonitoringDeps,
  paths: readonly string[],
  attempt: Attempt,
): Promise<Set<string>> {
  const rows = await deps.columnar.query({
    statements: ['DESCRIBE SELECT * FROM read_parquet({{parts}}, union_by_name = true)'],
    files: { parts: paths },
    signal: attempt.signal,
  })
  const names = rows.map((row) => String(row.column_name))
  return new Set(names.filter((name) => name.startsWith('in_')).map((name) => name.slice('in_'.length)))
}

async function store(
  { store }: MonitoringDeps,
  monitor: MonitorRow,
  reference: Reference,
  attempt: Attempt,
): Promise<void> {
  const row = { version_id: reference.versionId, content: JSON.stringify(reference) }
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .insertInto('drift_references')
      .values({ monitor_id: monitor.id, ...row })
      .onConflict((conflict) => conflict.column('monitor_id').doUpdateSet(row))
      .execute()
  })
}

/** One transaction: the window, and that the monitor is past it. Not for a monitor that was changed meanwhile. */
async function keep(
  { store }: MonitoringDeps,
  monitor: MonitorRow,
  window: LogWindow,
  rule: StoredDriftRule,
  judgement: DriftJudgement,
  attempt: Attempt,
): Promise<void> {
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const moved = await tx.db
      .updateTable('monitors')
      .set({ drift_through: window.lastSequence })
      .where('id', '=', monitor.id)
      .where('drift_through', '=', monitor.driftThrough)
      .where('generation', '=', monitor.generation)
      .returning('id')
      .executeTakeFirst()
    if (moved === undefined)
      throw new SlipwayError('conflict', 'The monitor was changed during its evaluation.')
    await tx.db
      .insertInto('drift_windows')
      .values({
        monitor_id: monitor.id,
        project_id: monitor.projectId,
        first_sequence: window.firstSequence,
        last_sequence: window.lastSequence,
        from_time: window.from,
        to_time: window.to,
        rows: window.rows,
        reference_version_id: rule.reference_version_id,
        drifted_share: judgement.share,
        threshold: rule.share,
        verdict: judgement.verdict,
        columns: JSON.stringify(judgement.columns),
      })
      .execute()
    tx.hint(monitor.projectId, `monitors:${monitor.id}`)
  })
}
