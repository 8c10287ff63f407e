import type { Selectable } from 'kysely'
import type {
  DriftColumn,
  DriftWindow,
  Monitor,
  PerformanceRule,
  PerformanceWindow,
} from '../../contract/monitoring.ts'
import type { DB } from '../../store/tables.ts'
import type { Database } from './database.ts'
import type { Reference } from './drift/reference.ts'
import type { MonitorRow, StoredDriftRule } from './monitor.ts'

export async function readMonitor(
  db: Database,
  key: { deploymentId: string } | { id: string },
): Promise<MonitorRow | undefined> {
  const query = db.selectFrom('monitors').selectAll()
  const row =
    'id' in key
      ? await query.where('id', '=', key.id).executeTakeFirst()
      : await query.where('deployment_id', '=', key.deploymentId).executeTakeFirst()
  return row && monitorRow(row)
}

/** Changes of one monitor follow one another. */
export async function lockMonitor(db: Database, id: string): Promise<MonitorRow | undefined> {
  const row = await db.selectFrom('monitors').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && monitorRow(row)
}

export async function listMonitors(
  db: Database,
  of: { projectId: string; deploymentId?: string; lineId?: string; id?: string },
): Promise<MonitorRow[]> {
  let query = db.selectFrom('monitors').selectAll().where('project_id', '=', of.projectId).orderBy('id')
  if (of.deploymentId !== undefined) query = query.where('deployment_id', '=', of.deploymentId)
  if (of.lineId !== undefined) query = query.where('line_id', '=', of.lineId)
  if (of.id !== undefined) query = query.where('id', '=', of.id)
  return (await query.limit(1000).execute()).map(monitorRow)
}

function monitorRow(row: Selectable<DB['monitors']>): MonitorRow {
  return {
    id: row.id,
    projectId: row.project_id,
    deploymentId: row.deployment_id,
    lineId: row.line_id,
    drift: row.drift as unknown as StoredDriftRule | null,
    performance: row.performance as unknown as PerformanceRule | null,
    channels: row.channels,
    generation: row.generation,
    since: row.since,
    driftThrough: row.drift_through,
    performanceThrough: row.performance_through,
    driftSettled: row.drift_settled,
    performanceSettled: row.performance_settled,
    labelsReceived: row.labels_received,
    error: row.error,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }
}

export function monitorView(row: MonitorRow): Monitor {
  const { columns: _columns, ...drift } = row.drift ?? {}
  return {
    id: row.id,
    deployment_id: row.deploymentId,
    line_id: row.lineId,
    drift: row.drift && (drift as Monitor['drift']),
    performance: row.performance,
    channels: [...row.channels],
    created_at: row.createdAt.toISOString(),
    changed_at: row.changedAt.toISOString(),
    error: row.error,
  }
}

export async function readReference(db: Database, monitorId: string): Promise<Reference | undefined> {
  const row = await db
    .selectFrom('drift_references')
    .select('content')
    .where('monitor_id', '=', monitorId)
    .executeTakeFirst()
  return row?.content as unknown as Reference | undefined
}

interface Series {
  readonly monitorId: string
  readonly limit: number
  readonly after?: number
}

/** Oldest first; without `after`, the newest of all. */
export async function driftSeries(db: Database, { monitorId, limit, after }: Series): Promise<DriftWindow[]> {
  let query = db
    .selectFrom('drift_windows')
    .selectAll()
    .where('monitor_id', '=', monitorId)
    .orderBy('first_sequence', after === undefined ? 'desc' : 'asc')
    .limit(limit)
  if (after !== undefined) query = query.where('first_sequence', '>', after)
  const rows = await query.execute()
  return (after === undefined ? rows.reverse() : rows).map((row) => ({
    ...windowView(row),
    reference_version_id: row.reference_version_id,
    drifted_share: row.drifted_share,
    threshold: row.threshold,
    verdict: row.verdict as DriftWindow['verdict'],
    columns: row.columns as unknown as DriftColumn[],
  }))
}

/** Oldest first; without `after`, the newest of all. */
export async function performanceSeries(
  db: Database,
  { monitorId, limit, after }: Series,
): Promise<PerformanceWindow[]> {
  let query = db
    .selectFrom('performance_windows')
    .selectAll()
    .where('monitor_id', '=', monitorId)
    .orderBy('first_sequence', after === undefined ? 'desc' : 'asc')
    .limit(limit)
  if (after !== undefined) query = query.where('first_sequence', '>', after)
  const rows = await query.execute()
  return (after === undefined ? rows.reverse() : rows).map((row) => ({
    ...windowView(row),
    metric: row.metric as PerformanceWindow['metric'],
    value: row.value,
    interval: row.low === null || row.high === null ? null : [row.low, row.high],
    limit: row.limit,
    labelled: row.labelled,
    coverage: row.labelled / row.rows,
    mature: row.mature,
    verdict: row.verdict as PerformanceWindow['verdict'],
    updated_at: row.updated_at.toISOString(),
  }))
}

function windowView(row: {
  first_sequence: number
  last_sequence: number
  from_time: Date
  to_time: Date
  rows: number
}) {
  return {
    first_sequence: row.first_sequence,
    last_sequence: row.last_sequence,
    from: row.from_time.toISOString(),
    to: row.to_time.toISOString(),
    rows: row.rows,
  }
}

/** Windows that more labels may change: those that may still decide something, of these the ones longest not looked at. */
export async function windowsToCompute(db: Database, monitor: Pick<MonitorRow, 'id' | 'performanceSettled'>) {
  return await db
    .selectFrom('performance_windows')
    .select(['first_sequence', 'last_sequence', 'rows', 'to_time', 'labelled', 'labels_seen'])
    .where('monitor_id', '=', monitor.id)
    .where('final', '=', false)
    .orderBy((value) => value('last_sequence', '<=', monitor.performanceSettled))
    .orderBy('labels_seen', (order) => order.asc().nullsFirst())
    .orderBy('first_sequence')
    .execute()
}
