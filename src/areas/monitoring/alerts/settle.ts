import type { Attempt } from '../../../base/area.ts'
import { system } from '../../../base/principal.ts'
import type { AlertEvidence, AlertKind } from '../../../contract/alerts.ts'
import type { DriftWindow, PerformanceWindow } from '../../../contract/monitoring.ts'
import type { Store, Tx } from '../../../store/store.ts'
import type { Database } from '../database.ts'
import type { MonitorRow } from '../monitor.ts'
import { driftSeries, lockMonitor, performanceSeries } from '../reader.ts'
import { type Decision, decideAlert } from './decide.ts'
import { readOpenAlert } from './reader.ts'
import { sentenceOf } from './sentence.ts'
import { openAlert, resolveOpen } from './writer.ts'

const worstColumns = 10

interface Situation {
  readonly decision: Decision
  readonly latest: DriftWindow | PerformanceWindow | undefined
}

/** Opens or resolves what the windows so far ask for. Idempotent: run again, it finds nothing to do. */
export async function settleAlerts(
  store: Store,
  monitor: MonitorRow,
  kind: AlertKind,
  attempt: Attempt,
): Promise<void> {
  const { decision } = await situationOf(store.read, monitor, kind)
  if (decision === 'nothing') return
  const settled = Symbol('settled')
  try {
    await store.transact(system('monitoring'), async (tx) => {
      await tx.fence(attempt)
      const locked = await lockMonitor(tx.db, monitor.id)
      const { decision, latest } = locked ? await situationOf(tx.db, locked, kind) : nothing
      if (locked === undefined || latest === undefined || decision === 'nothing') throw settled
      await act(tx, locked, kind, decision, latest)
    })
  } catch (error) {
    // Somebody else has resolved or reconfigured in between: there is nothing to write.
    if (error !== settled) throw error
  }
}

const nothing: Situation = { decision: 'nothing', latest: undefined }

async function situationOf(db: Database, monitor: MonitorRow, kind: AlertKind): Promise<Situation> {
  const rule = monitor[kind]
  if (rule === null) return nothing
  const open = await readOpenAlert(db, monitor.id, kind)
  const settled = kind === 'drift' ? monitor.driftSettled : monitor.performanceSettled
  const series = { monitorId: monitor.id, limit: 50 }
  const windows =
    kind === 'drift'
      ? (await driftSeries(db, series)).filter((window) => window.verdict !== 'too_few_rows')
      : (await performanceSeries(db, series)).filter((window) => window.mature)
  const counting = windows.filter((window) => window.first_sequence > settled).reverse()
  const verdicts = counting.map((window) => (window.verdict === 'bad' ? 'bad' : 'good'))
  return { decision: decideAlert(verdicts, rule, open !== undefined), latest: counting[0] }
}

async function act(
  tx: Tx,
  monitor: MonitorRow,
  kind: AlertKind,
  decision: 'open' | 'resolve',
  latest: DriftWindow | PerformanceWindow,
): Promise<void> {
  if (decision === 'resolve') {
    const count = monitor[kind]?.resolve_after ?? 1
    const resolution = count === 1 ? 'The latest window is good.' : `The latest ${count} windows are good.`
    await resolveOpen(tx, monitor, kind, resolution)
    return
  }
  const evidence = 'columns' in latest ? driftEvidence(latest) : performanceEvidence(latest)
  const columns = 'columns' in latest ? latest.columns.length : 0
  await openAlert(tx, monitor, { kind, title: sentenceOf(evidence, columns), evidence })
}

function windowOf(window: DriftWindow | PerformanceWindow): AlertEvidence['window'] {
  const { first_sequence, last_sequence, from, to, rows } = window
  return { first_sequence, last_sequence, from, to, rows }
}

function driftEvidence(window: DriftWindow): AlertEvidence {
  const worst = window.columns
    .filter((column) => column.drifted)
    .sort((a, b) => b.score - a.score)
    .slice(0, worstColumns)
    .map(({ name, test, score, threshold, p_value }) => ({ name, test, score, threshold, p_value }))
  return {
    window: windowOf(window),
    drifted_share: window.drifted_share,
    threshold: window.threshold,
    columns: worst,
  }
}

function performanceEvidence(window: PerformanceWindow): AlertEvidence {
  const { metric, value, interval, limit, labelled } = window
  // The better end: the one that is nearer to the limit, and yet beyond it.
  const bound = interval?.reduce((a, b) => (Math.abs(b - limit) < Math.abs(a - limit) ? b : a))
  return {
    window: windowOf(window),
    metric,
    limit,
    labelled,
    ...(value === null ? {} : { value }),
    ...(bound === undefined ? {} : { bound }),
  }
}
