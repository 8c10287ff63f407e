import type { Area, Subscription } from '../../base/area.ts'
import { system } from '../../base/principal.ts'
import type { Alert } from '../../contract/alerts.ts'
import type { Store, Tx } from '../../store/store.ts'
import { listAlerts } from './alerts/reader.ts'
import { resolveOpen } from './alerts/writer.ts'
import { deliver } from './channels/deliver.ts'
import { deliverWork } from './channels/deliveries.ts'
import { missingChannels } from './channels/reader.ts'
import { configure, evaluateWork, startAfresh } from './configure.ts'
import type { MonitoringDeps } from './deps.ts'
import { evaluateMonitor } from './evaluate.ts'
import { type Latest, latestWindows } from './latest.ts'
import type { MonitorConfig } from './monitor.ts'
import { lockMonitor, readMonitor } from './reader.ts'
import { monitoringRoutes } from './routes.ts'

export type { MonitoringDeps } from './deps.ts'
export type { Latest } from './latest.ts'
export type { MonitorConfig } from './monitor.ts'

/** Drift and performance of deployments, and the alerts that come of them. */
export interface Monitoring {
  readonly area: Area
  /** Makes the deployment's monitor what is asked for; windows begin anew when the reference or the windows change. */
  configure(tx: Tx, config: MonitorConfig): Promise<void>
  /** Those that are not resolved, newest first. */
  openAlerts(deploymentId: string): Promise<readonly Alert[]>
  /** Resolves what is open and begins windows anew: what was observed before says nothing about what serves now. */
  resolveFor(tx: Tx, deploymentId: string, reason: string): Promise<void>
  latest(deploymentId: string): Promise<Latest>
  missingChannels(projectId: string, names: readonly string[]): Promise<string[]>
}

export function createMonitoring(deps: MonitoringDeps): Monitoring {
  const { read } = deps.store
  return {
    area: {
      name: 'monitoring',
      routes: monitoringRoutes(deps),
      on: subscriptions(deps),
      work: [
        {
          kind: evaluateWork,
          concurrency: 2,
          // It never gives up on a monitor: what fails is shown there and tried again.
          maxAttempts: 1_000_000,
          handle: (item, attempt) => evaluateMonitor(deps, item.key, attempt),
        },
        {
          kind: deliverWork,
          concurrency: 4,
          maxAttempts: 1_000_000,
          handle: (item, attempt) => deliver(deps, item.key, attempt),
        },
      ],
    },
    configure,
    openAlerts: async (deploymentId) =>
      (await listAlerts(read, { deploymentId })).filter((alert) => alert.state !== 'resolved'),
    resolveFor,
    latest: (deploymentId) => latestWindows(read, deploymentId),
    missingChannels: (projectId, names) => missingChannels(read, projectId, names),
  }
}

async function resolveFor(tx: Tx, deploymentId: string, reason: string): Promise<void> {
  const found = await readMonitor(tx.db, { deploymentId })
  const monitor = found && (await lockMonitor(tx.db, found.id))
  if (monitor === undefined) return
  await resolveOpen(tx, monitor, 'drift', reason)
  await resolveOpen(tx, monitor, 'performance', reason)
  await startAfresh(tx, monitor)
}

function subscriptions({ store }: Pick<MonitoringDeps, 'store'>): Subscription[] {
  return [
    {
      name: 'monitoring.predictions',
      types: ['predictions.converted'],
      handle: (event) => store.housekeep((tx) => wake(tx, String(event.data.deployment_id))),
    },
    {
      name: 'monitoring.labels',
      types: ['labels.received'],
      handle: (event) =>
        store.housekeep(async (tx) => {
          const deploymentId = String(event.data.deployment_id)
          const through = Number(event.data.through ?? 0)
          await tx.db
            .updateTable('monitors')
            .set({ labels_received: through })
            .where('deployment_id', '=', deploymentId)
            .where('labels_received', '<', through)
            .execute()
          await wake(tx, deploymentId)
        }),
    },
    {
      name: 'monitoring.deployment-deleted',
      types: ['deployment.deleted'],
      handle: (event) => switchOff(store, event.subject),
    },
  ]
}

async function switchOff(store: Store, deploymentId: string): Promise<void> {
  const monitor = await readMonitor(store.read, { deploymentId })
  if (monitor === undefined || (monitor.drift === null && monitor.performance === null)) return
  const { projectId, lineId, channels } = monitor
  await store.transact(system('monitoring'), (tx) =>
    configure(tx, { deploymentId, projectId, channels, ...(lineId === null ? {} : { lineId }) }),
  )
}

/** Deployments without a monitor are not evaluated. */
async function wake(tx: Tx, deploymentId: string): Promise<void> {
  const monitor = await readMonitor(tx.db, { deploymentId })
  if (monitor === undefined) return
  await tx.enqueue({ kind: evaluateWork, key: deploymentId, projectId: monitor.projectId })
}
