import { uuidv7 } from '../../../base/id.ts'
import type { AlertEvidence } from '../../../contract/alerts.ts'
import type { Tx } from '../../../store/store.ts'
import type { MonitorRow } from '../monitor.ts'

export const deliverWork = 'monitoring.deliver'

/** Queues a post to each channel of the monitor; at most one for each channel and event of an alert. */
export async function queueDeliveries(
  tx: Tx,
  monitor: MonitorRow,
  alertId: string,
  event: 'opened' | 'resolved',
): Promise<void> {
  if (monitor.channels.length === 0) return
  const channels = await tx.db
    .selectFrom('alert_channels')
    .select('id')
    .where('project_id', '=', monitor.projectId)
    .where('name', 'in', monitor.channels)
    .where('deleted_at', 'is', null)
    .execute()
  const payload = JSON.stringify(await payloadOf(tx, alertId, event))
  for (const channel of channels) {
    const id = uuidv7()
    await tx.db
      .insertInto('alert_deliveries')
      .values({
        id,
        project_id: monitor.projectId,
        alert_id: alertId,
        channel_id: channel.id,
        event,
        payload,
        created_at: tx.now,
      })
      .execute()
    await tx.enqueue({ kind: deliverWork, key: id, projectId: monitor.projectId })
  }
}

/** What receivers get: fixed when the alert changes, so that every attempt sends the same. */
async function payloadOf(tx: Tx, alertId: string, event: 'opened' | 'resolved') {
  const alert = await tx.db
    .selectFrom('alerts')
    .innerJoin('projects', 'projects.id', 'alerts.project_id')
    .selectAll('alerts')
    .select('projects.name as project')
    .where('alerts.id', '=', alertId)
    .executeTakeFirstOrThrow()
  return {
    type: `alert.${event}`,
    timestamp: tx.now.toISOString(),
    data: {
      alert_id: alertId,
      kind: alert.kind,
      title: alert.title,
      project: alert.project,
      deployment_id: alert.deployment_id,
      line_id: alert.line_id,
      evidence: alert.evidence as unknown as AlertEvidence,
      opened_at: alert.opened_at.toISOString(),
      ...(alert.resolved_at === null ? {} : { resolved_at: alert.resolved_at.toISOString() }),
      ...(alert.resolution === null ? {} : { resolution: alert.resolution }),
    },
  }
}
