import { type Selectable, sql } from 'kysely'
import type { Alert, AlertEvidence, AlertKind, AlertState } from '../../../contract/alerts.ts'
import type { DB } from '../../../store/tables.ts'
import type { Database } from '../database.ts'

export async function readOpenAlert(db: Database, monitorId: string, kind: AlertKind) {
  return await db
    .selectFrom('alerts')
    .select(['id', 'title', 'first_sequence'])
    .where('monitor_id', '=', monitorId)
    .where('kind', '=', kind)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
}

export interface AlertFilter {
  readonly projectId?: string
  readonly deploymentId?: string
  readonly lineId?: string
  readonly id?: string
  readonly state?: AlertState
  /** Only those before this one. */
  readonly before?: string
  readonly limit?: number
}

/** Newest first. */
export async function listAlerts(db: Database, filter: AlertFilter): Promise<Alert[]> {
  let query = db
    .selectFrom('alerts')
    .selectAll()
    .select(badWindows.as('windows'))
    .orderBy('id', 'desc')
    .limit(filter.limit ?? 100)
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId)
  if (filter.deploymentId !== undefined) query = query.where('deployment_id', '=', filter.deploymentId)
  if (filter.lineId !== undefined) query = query.where('line_id', '=', filter.lineId)
  if (filter.id !== undefined) query = query.where('id', '=', filter.id)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  if (filter.state === 'resolved') query = query.where('resolved_at', 'is not', null)
  else if (filter.state !== undefined) {
    const acknowledged = filter.state === 'acknowledged' ? 'is not' : 'is'
    query = query.where('resolved_at', 'is', null).where('acknowledged_at', acknowledged, null)
  }
  return (await query.execute()).map(alertView)
}

/** Bad windows from the one that opened it until it was resolved. */
const badWindows = sql<number>`(
  select count(*) from (
    select monitor_id, 'drift' as kind, first_sequence, to_time from drift_windows where verdict = 'bad'
    union all
    select monitor_id, 'performance', first_sequence, to_time from performance_windows where verdict = 'bad'
  ) w
  where w.monitor_id = alerts.monitor_id and w.kind = alerts.kind and w.first_sequence >= alerts.first_sequence
    and w.to_time < coalesce(alerts.resolved_at, 'infinity'))`

function alertView(row: Selectable<DB['alerts']> & { windows: number }): Alert {
  return {
    id: row.id,
    kind: row.kind as AlertKind,
    state: stateOf(row),
    title: row.title,
    deployment_id: row.deployment_id,
    monitor_id: row.monitor_id,
    line_id: row.line_id,
    evidence: row.evidence as unknown as AlertEvidence,
    windows: row.windows,
    opened_at: row.opened_at.toISOString(),
    acknowledged_at: row.acknowledged_at?.toISOString() ?? null,
    acknowledged_by: row.acknowledged_by,
    resolved_at: row.resolved_at?.toISOString() ?? null,
    resolution: row.resolution,
  }
}

function stateOf(row: { resolved_at: Date | null; acknowledged_at: Date | null }): AlertState {
  if (row.resolved_at !== null) return 'resolved'
  return row.acknowledged_at === null ? 'open' : 'acknowledged'
}
