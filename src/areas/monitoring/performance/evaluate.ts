import type { Attempt } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import type { PerformanceRule } from '../../../contract/monitoring.ts'
import { settleAlerts } from '../alerts/settle.ts'
import type { MonitoringDeps } from '../deps.ts'
import type { MonitorRow } from '../monitor.ts'
import { nextWindow } from '../next-window.ts'
import { windowsToCompute } from '../reader.ts'
import type { LogWindow } from '../windows.ts'
import { maturityOf } from './maturity.ts'
import { isBeyond, type Measured, measure } from './metric.ts'
import { tallyRows } from './tally.ts'

/** Then the monitor is read again: a new version may have taken over, whose windows come first. */
const windowsAtOnce = 8

type Open = Awaited<ReturnType<typeof windowsToCompute>>[number]

/** Closes windows and computes those that labels may have changed. Answers when the next change is due, where known. */
export async function evaluatePerformance(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: PerformanceRule,
  attempt: Attempt,
): Promise<Date | undefined> {
  await settleAlerts(deps.store, monitor, 'performance', attempt)
  const at = await closeWindows(deps, monitor, rule, attempt)
  const times = at === undefined ? [] : [at]
  const due: Open[] = []
  for (const window of await windowsToCompute(deps.store.read, monitor)) {
    const { at: ends } = maturityOf({ ...window, to: window.to_time }, rule, new Date())
    if (ends !== undefined) times.push(ends)
    const isCurrent = window.labels_seen !== null && window.labels_seen >= monitor.labelsReceived
    if (!isCurrent || ends === undefined) due.push(window)
  }
  if (due.length > windowsAtOnce) times.push(new Date())
  for (const window of due.slice(0, windowsAtOnce)) {
    await compute(deps, monitor, rule, window, attempt)
    await settleAlerts(deps.store, monitor, 'performance', attempt)
  }
  return times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())))
}

async function closeWindows(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: PerformanceRule,
  attempt: Attempt,
): Promise<Date | undefined> {
  let through = monitor.performanceThrough
  for (;;) {
    const place = { deploymentId: monitor.deploymentId, through, since: monitor.since }
    const next = await nextWindow(deps.serving, place, rule.window, new Date())
    if (next.window === undefined) return next.at
    await insertWindow(deps, { ...monitor, performanceThrough: through }, rule, next.window, attempt)
    through = next.window.lastSequence
  }
}

async function insertWindow(
  { store }: MonitoringDeps,
  monitor: MonitorRow,
  rule: PerformanceRule,
  window: LogWindow,
  attempt: Attempt,
): Promise<void> {
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const moved = await tx.db
      .updateTable('monitors')
      .set({ performance_through: window.lastSequence })
      .where('id', '=', monitor.id)
      .where('performance_through', '=', monitor.performanceThrough)
      .where('generation', '=', monitor.generation)
      .returning('id')
      .executeTakeFirst()
    if (moved === undefined)
      throw new SlipwayError('conflict', 'The monitor was changed during its evaluation.')
    await tx.db
      .insertInto('performance_windows')
      .values({
        monitor_id: monitor.id,
        project_id: monitor.projectId,
        first_sequence: window.firstSequence,
        last_sequence: window.lastSequence,
        from_time: window.from,
        to_time: window.to,
        rows: window.rows,
        metric: rule.metric,
        limit: rule.min ?? rule.max ?? 0,
      })
      .execute()
  })
}

/** Counts all of a window anew: a corrected label takes the place of the earlier one. */
async function compute(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: PerformanceRule,
  window: Open,
  attempt: Attempt,
): Promise<void> {
  const measured = await measureWindow(deps, monitor, rule, window, attempt)
  const labelled = measured?.count ?? 0
  const { mature, final } = maturityOf({ ...window, labelled, to: window.to_time }, rule, new Date())
  const isBad = mature && measured !== undefined && isBeyond(measured, rule)
  await deps.store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .updateTable('performance_windows')
      .set({
        value: measured?.value ?? null,
        low: measured?.interval[0] ?? null,
        high: measured?.interval[1] ?? null,
        labelled,
        labels_seen: monitor.labelsReceived,
        mature,
        final,
        verdict: mature ? (isBad ? 'bad' : 'good') : 'waiting',
        updated_at: tx.now,
      })
      .where('monitor_id', '=', monitor.id)
      .where('first_sequence', '=', window.first_sequence)
      .execute()
    tx.hint(monitor.projectId, `monitors:${monitor.id}`)
  })
}

async function measureWindow(
  deps: MonitoringDeps,
  monitor: MonitorRow,
  rule: PerformanceRule,
  window: Open,
  attempt: Attempt,
): Promise<Measured | undefined> {
  await using rows = await deps.serving.labelledPredictions({
    deploymentId: monitor.deploymentId,
    after: window.first_sequence - 1,
    through: window.last_sequence,
    signal: attempt.signal,
  })
  if (rows === undefined) return undefined
  return measure(rule.metric, await tallyRows(deps.columnar, rows, rule.metric, rule.output, attempt.signal))
}
