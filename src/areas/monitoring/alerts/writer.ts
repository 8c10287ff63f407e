import { uuidv7 } from '../../../base/id.ts'
import type { AlertEvidence, AlertKind } from '../../../contract/alerts.ts'
import type { Tx } from '../../../store/store.ts'
import { queueDeliveries } from '../channels/deliveries.ts'
import type { MonitorRow } from '../monitor.ts'
import { readOpenAlert } from './reader.ts'

/** Opens an alert of the kind. The monitor is locked, and has none open. */
export async function openAlert(
  tx: Tx,
  monitor: MonitorRow,
  alert: { readonly kind: AlertKind; readonly title: string; readonly evidence: AlertEvidence },
): Promise<void> {
  const id = uuidv7()
  await tx.db
    .insertInto('alerts')
    .values({
      id,
      project_id: monitor.projectId,
      monitor_id: monitor.id,
      deployment_id: monitor.deploymentId,
      line_id: monitor.lineId,
      kind: alert.kind,
      title: alert.title,
      evidence: JSON.stringify(alert.evidence),
      first_sequence: alert.evidence.window.first_sequence,
      opened_at: tx.now,
    })
    .execute()
  await announce(tx, monitor, { id, event: 'opened', kind: alert.kind, title: alert.title })
}

/** Resolves the open alert of the kind, if there is one. Says whether there was. */
export async function resolveOpen(
  tx: Tx,
  monitor: MonitorRow,
  kind: AlertKind,
  resolution: string,
): Promise<boolean> {
  const open = await readOpenAlert(tx.db, monitor.id, kind)
  if (open === undefined) return false
  await tx.db
    .updateTable('alerts')
    .set({ resolved_at: tx.now, resolution })
    .where('id', '=', open.id)
    .where('resolved_at', 'is', null)
    .execute()
  await announce(tx, monitor, { id: open.id, event: 'resolved', kind, title: open.title, resolution })
  return true
}

interface Announcement {
  readonly id: string
  readonly event: 'opened' | 'resolved'
  readonly kind: AlertKind
  readonly title: string
  readonly resolution?: string
}

/** Audit, event, deliveries and hint: all that hears of an alert, in its transaction. */
async function announce(tx: Tx, monitor: MonitorRow, { id, event, ...alert }: Announcement): Promise<void> {
  await tx.audit({
    action: event === 'opened' ? 'alert.open' : 'alert.resolve',
    projectId: monitor.projectId,
    subjectType: 'alert',
    subjectId: id,
    details: { deployment: monitor.deploymentId, ...alert },
  })
  await tx.emit({
    type: `alert.${event}`,
    projectId: monitor.projectId,
    subject: id,
    data: { ...alert, deployment_id: monitor.deploymentId, line_id: monitor.lineId },
  })
  await queueDeliveries(tx, monitor, id, event)
  tx.hint(monitor.projectId, `alerts:${id}`)
}

/** Says whether it was unacknowledged and open. */
export async function acknowledge(tx: Tx, projectId: string, id: string): Promise<boolean> {
  const changed = await tx.db
    .updateTable('alerts')
    .set({ acknowledged_at: tx.now, acknowledged_by: tx.principal.name })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('acknowledged_at', 'is', null)
    .where('resolved_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (changed === undefined) return false
  await tx.audit({ action: 'alert.acknowledge', projectId, subjectType: 'alert', subjectId: id })
  tx.hint(projectId, `alerts:${id}`)
  return true
}
