import type { MetricSummary, MetricValue } from '../../../src/contract/runs.ts'
import { namedMetric } from '../../format/number.ts'

/** JSON has no NaN and no infinities: they travel as words. */
export function numberOf(value: MetricValue): number {
  return typeof value === 'number' ? value : Number(value)
}

export function metricText(name: string, summary: MetricSummary | undefined): string {
  return summary === undefined ? '–' : namedMetric(name, numberOf(summary.value))
}
