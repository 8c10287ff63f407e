import { type Route, route } from '../../../base/area.ts'
import { SlipwayError } from '../../../base/error.ts'
import { type Alert, alerts } from '../../../contract/alerts.ts'
import type { Store } from '../../../store/store.ts'
import { listDeliveries } from '../channels/reader.ts'
import { settle } from '../configure.ts'
import type { MonitoringDeps } from '../deps.ts'
import { lockMonitor } from '../reader.ts'
import { listAlerts } from './reader.ts'
import { acknowledge, resolveOpen } from './writer.ts'

const read = { action: 'monitoring:read', on: 'project' } as const
const write = { action: 'monitoring:write', on: 'project' } as const

export function alertRoutes({ store }: MonitoringDeps): Route[] {
  return [
    route(alerts.list, read, async ({ project, query }) => {
      const { limit = 100, cursor, state, deployment_id, line_id } = query
      const found = await listAlerts(store.read, {
        projectId: project.id,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursorId(cursor) }),
        ...(state === undefined ? {} : { state }),
        ...(deployment_id === undefined ? {} : { deploymentId: deployment_id }),
        ...(line_id === undefined ? {} : { lineId: line_id }),
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { alerts: page, ...(found.length > limit && last ? { next: last.id } : {}) }
    }),
    route(alerts.get, read, async ({ project, params }) => ({
      ...(await existing(store, project.id, params.alert)),
      deliveries: await listDeliveries(store.read, params.alert),
    })),
    route(alerts.acknowledge, write, async ({ principal, project, params }) => {
      await existing(store, project.id, params.alert)
      await store.transact(principal, async (tx) => {
        if (await acknowledge(tx, project.id, params.alert)) return
        throw new SlipwayError('wrong_state', 'The alert is acknowledged or resolved already.')
      })
      return await existing(store, project.id, params.alert)
    }),
    route(alerts.resolve, write, async ({ principal, project, params, body }) => {
      const alert = await existing(store, project.id, params.alert)
      await store.transact(principal, async (tx) => {
        const monitor = await lockMonitor(tx.db, alert.monitor_id)
        const open = await listAlerts(tx.db, { id: alert.id, projectId: project.id, limit: 1 })
        if (monitor === undefined || open[0]?.state === 'resolved') {
          throw new SlipwayError('wrong_state', 'The alert is resolved already.')
        }
        await resolveOpen(tx, monitor, alert.kind, body.note ?? `Resolved by ${principal.name}.`)
        await settle(tx, monitor, alert.kind)
      })
      return await existing(store, project.id, params.alert)
    }),
  ]
}

async function existing(store: Store, projectId: string, id: string): Promise<Alert> {
  const [alert] = await listAlerts(store.read, { projectId, id, limit: 1 })
  if (alert === undefined) throw new SlipwayError('not_found', 'There is no such alert.')
  return alert
}

function cursorId(cursor: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(cursor)) return cursor
  throw new SlipwayError('invalid_argument', 'The cursor is not one that this list gave.')
}
