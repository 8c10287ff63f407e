import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { monitors } from '../../contract/monitoring.ts'
import type { Store } from '../../store/store.ts'
import { alertRoutes } from './alerts/routes.ts'
import { channelRoutes } from './channels/routes.ts'
import type { MonitoringDeps } from './deps.ts'
import { driftSeries, listMonitors, monitorView, performanceSeries } from './reader.ts'

const read = { action: 'monitoring:read', on: 'project' } as const

export function monitoringRoutes(deps: MonitoringDeps): Route[] {
  const { store } = deps
  return [
    route(monitors.list, read, async ({ project, query }) => {
      const found = await listMonitors(store.read, {
        projectId: project.id,
        ...(query.deployment_id === undefined ? {} : { deploymentId: query.deployment_id }),
        ...(query.line_id === undefined ? {} : { lineId: query.line_id }),
      })
      return { monitors: found.map(monitorView) }
    }),
    route(monitors.get, read, async ({ project, params }) =>
      monitorView(await existing(store, project.id, params.monitor)),
    ),
    route(monitors.drift, read, async ({ project, params, query }) => {
      const { id } = await existing(store, project.id, params.monitor)
      return { windows: await driftSeries(store.read, seriesOf(id, query)) }
    }),
    route(monitors.performance, read, async ({ project, params, query }) => {
      const { id } = await existing(store, project.id, params.monitor)
      return { windows: await performanceSeries(store.read, seriesOf(id, query)) }
    }),
    ...alertRoutes(deps),
    ...channelRoutes(deps),
  ]
}

function seriesOf(monitorId: string, { limit = 200, after }: { limit?: number; after?: number }) {
  return { monitorId, limit, ...(after === undefined ? {} : { after }) }
}

async function existing(store: Store, projectId: string, id: string) {
  const [monitor] = await listMonitors(store.read, { projectId, id })
  if (monitor === undefined) throw new SlipwayError('not_found', 'There is no such monitor.')
  return monitor
}
