import { SlipwayError } from '../../base/error.ts'
import type { PerformanceRule } from '../../contract/monitoring.ts'
import type { MonitorConfig, MonitorRow, StoredDriftRule } from './monitor.ts'
import { metricNames } from './performance/metric.ts'

const day = 86_400_000

/** One bad window is enough: chance is kept out by the tests themselves. To be good again, two must agree. */
const hysteresis = { open_after: 1, resolve_after: 2 } as const

export function driftRule({ drift }: MonitorConfig): StoredDriftRule | null {
  if (drift === undefined) return null
  return {
    window: drift.window,
    reference_version_id: drift.referenceVersionId,
    share: drift.share ?? 0.5,
    open_after: drift.openAfter ?? hysteresis.open_after,
    resolve_after: drift.resolveAfter ?? hysteresis.resolve_after,
    ...(drift.columns === undefined ? {} : { columns: drift.columns }),
  }
}

/** Fails with `invalid_argument` on a metric that is not known, or without exactly one limit. */
export function performanceRule({ performance }: MonitorConfig): PerformanceRule | null {
  if (performance === undefined) return null
  const { metric, min, max } = performance
  if (!metricNames.includes(metric)) {
    throw new SlipwayError(
      'invalid_argument',
      `There is no metric "${metric}"; there are ${metricNames.join(', ')}.`,
    )
  }
  if ((min === undefined) === (max === undefined)) {
    throw new SlipwayError(
      'invalid_argument',
      `The performance monitor of ${metric} needs either min or max.`,
    )
  }
  return {
    window: performance.window,
    metric,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    output: performance.output,
    coverage: performance.coverage ?? 0.8,
    labels_within_ms: performance.labelsWithinMs ?? 7 * day,
    open_after: performance.openAfter ?? hysteresis.open_after,
    resolve_after: performance.resolveAfter ?? hysteresis.resolve_after,
  }
}

/** Whether windows that were computed so far can no longer stand beside those to come. */
export function startsAfresh(
  before: Pick<MonitorRow, 'drift' | 'performance'>,
  after: Pick<MonitorRow, 'drift' | 'performance'>,
): boolean {
  const drift = (rule: StoredDriftRule | null) =>
    rule && [rule.window, rule.reference_version_id, rule.columns ?? null]
  const performance = (rule: PerformanceRule | null) => rule && [rule.window, rule.metric, rule.output]
  const key = (monitor: Pick<MonitorRow, 'drift' | 'performance'>) =>
    JSON.stringify([drift(monitor.drift), performance(monitor.performance)])
  return key(before) !== key(after)
}
