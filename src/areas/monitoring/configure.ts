import { isDeepStrictEqual } from 'node:util'
import { uuidv7 } from '../../base/id.ts'
import type { AlertKind } from '../../contract/alerts.ts'
import type { Tx } from '../../store/store.ts'
import { resolveOpen } from './alerts/writer.ts'
import type { MonitorConfig, MonitorRow } from './monitor.ts'
import { lockMonitor, readMonitor } from './reader.ts'
import { driftRule, performanceRule, startsAfresh } from './rules.ts'

export const evaluateWork = 'monitoring.evaluate'

/** Makes the deployment's monitor what is asked for. Asked for the same again, it changes nothing. */
export async function configure(tx: Tx, config: MonitorConfig): Promise<void> {
  const wanted = {
    lineId: config.lineId ?? null,
    drift: driftRule(config),
    performance: performanceRule(config),
    channels: config.channels,
  }
  const found = await readMonitor(tx.db, { deploymentId: config.deploymentId })
  const before = found && (await lockMonitor(tx.db, found.id))
  if (before === undefined) return await create(tx, config, wanted)
  const { lineId, drift, performance, channels } = before
  if (isDeepStrictEqual({ lineId, drift, performance, channels }, wanted)) return
  await tx.db
    .updateTable('monitors')
    .set((value) => ({
      ...columnsOf(wanted),
      generation: value('generation', '+', 1),
      changed_at: tx.now,
      error: null,
    }))
    .where('id', '=', before.id)
    .execute()
  if (startsAfresh(before, wanted)) await startAfresh(tx, before)
  for (const kind of ['drift', 'performance'] as const) {
    if (wanted[kind] === null) await resolveOpen(tx, before, kind, `The line no longer monitors ${kind}.`)
  }
  await announce(tx, before.id, config, wanted)
}

type Wanted = Pick<MonitorRow, 'lineId' | 'drift' | 'performance' | 'channels'>

async function create(tx: Tx, config: MonitorConfig, wanted: Wanted): Promise<void> {
  const id = uuidv7()
  await tx.db
    .insertInto('monitors')
    .values({
      id,
      project_id: config.projectId,
      deployment_id: config.deploymentId,
      since: tx.now,
      ...columnsOf(wanted),
    })
    .execute()
  await announce(tx, id, config, wanted)
}

/** Windows begin anew with predictions from now on; those so far stay to be seen and decide nothing more. */
export async function startAfresh(tx: Tx, monitor: MonitorRow): Promise<void> {
  await tx.db
    .updateTable('monitors')
    .set((value) => ({
      generation: value('generation', '+', 1),
      since: tx.now,
      drift_settled: monitor.driftThrough,
      performance_settled: monitor.performanceThrough,
    }))
    .where('id', '=', monitor.id)
    .execute()
}

/** The windows so far of one kind decide nothing more. */
export async function settle(tx: Tx, monitor: MonitorRow, kind: AlertKind): Promise<void> {
  const settled =
    kind === 'drift'
      ? { drift_settled: monitor.driftThrough }
      : { performance_settled: monitor.performanceThrough }
  await tx.db.updateTable('monitors').set(settled).where('id', '=', monitor.id).execute()
}

function columnsOf(wanted: Wanted) {
  return {
    line_id: wanted.lineId,
    drift: wanted.drift && JSON.stringify(wanted.drift),
    performance: wanted.performance && JSON.stringify(wanted.performance),
    channels: [...wanted.channels],
  }
}

async function announce(tx: Tx, id: string, config: MonitorConfig, wanted: Wanted): Promise<void> {
  await tx.audit({
    action: 'monitor.configure',
    projectId: config.projectId,
    subjectType: 'monitor',
    subjectId: id,
    details: { deployment: config.deploymentId, ...wanted },
  })
  await tx.enqueue({ kind: evaluateWork, key: config.deploymentId, projectId: config.projectId })
  tx.hint(config.projectId, `monitors:${id}`)
}
