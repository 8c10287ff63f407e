import type { Database } from './database.ts'
import { driftSeries, performanceSeries, readMonitor } from './reader.ts'

export interface Latest {
  readonly drift: {
    readonly share: number
    readonly threshold: number
    readonly drifted: boolean
    readonly at: string
  } | null
  readonly performance: {
    readonly metric: string
    readonly value: number
    readonly min: number | null
    readonly labelled: number
    readonly at: string
  } | null
}

/** The newest windows that say something of what serves now: those of the version before do not. */
export async function latestWindows(db: Database, deploymentId: string): Promise<Latest> {
  const monitor = await readMonitor(db, { deploymentId })
  if (monitor === undefined) return { drift: null, performance: null }
  const series = { monitorId: monitor.id, limit: 50 }
  const present = (window: { from: string }) => Date.parse(window.from) >= monitor.since.getTime()
  const drift = (await driftSeries(db, series)).findLast(
    (window) => present(window) && window.verdict !== 'too_few_rows',
  )
  const performance = (await performanceSeries(db, series)).findLast(
    (window) => present(window) && window.mature,
  )
  return {
    drift:
      monitor.drift && drift
        ? {
            share: drift.drifted_share,
            threshold: drift.threshold,
            drifted: drift.verdict === 'bad',
            at: drift.to,
          }
        : null,
    performance:
      monitor.performance && performance && performance.value !== null
        ? {
            metric: performance.metric,
            value: performance.value,
            min: monitor.performance.min ?? null,
            labelled: performance.labelled,
            at: performance.to,
          }
        : null,
  }
}
