import type { MetricName } from '../../../contract/monitoring.ts'
import { type Interval, meanInterval, shareInterval } from '../statistics/interval.ts'

export const metricNames: readonly MetricName[] = ['accuracy', 'f1_macro', 'mae', 'rmse']

/** What a window's labelled rows come down to: enough for every metric and its interval. */
export type Tally = ClassTally | ErrorTally

export interface ClassTally {
  readonly kind: 'classes'
  readonly cells: readonly { readonly predicted: string; readonly actual: string; readonly count: number }[]
}

/** Sums over the errors e = prediction − label. */
export interface ErrorTally {
  readonly kind: 'errors'
  readonly count: number
  readonly abs: number
  readonly squares: number
  readonly fourths: number
}

export interface Measured {
  readonly value: number
  /** 98 %: the true value is beyond either end in one window of a hundred. */
  readonly interval: Interval
  readonly count: number
}

export function tallyKind(metric: MetricName): Tally['kind'] {
  return metric === 'accuracy' || metric === 'f1_macro' ? 'classes' : 'errors'
}

/** Undefined when nothing could be compared. */
export function measure(metric: MetricName, tally: Tally): Measured | undefined {
  return tally.kind === 'classes' ? measureClasses(metric, tally) : measureErrors(metric, tally)
}

function measureClasses(metric: MetricName, { cells }: ClassTally): Measured | undefined {
  const count = cells.reduce((sum, cell) => sum + cell.count, 0)
  if (count === 0) return undefined
  if (metric === 'f1_macro') return { ...macroF1(cells, count), count }
  const right = cells.reduce((sum, cell) => sum + (cell.predicted === cell.actual ? cell.count : 0), 0)
  return { value: right / count, interval: shareInterval(right, count), count }
}

/** The mean of F1 over all classes that were predicted or true, as scikit-learn has it. */
function macroF1(cells: ClassTally['cells'], count: number): { value: number; interval: Interval } {
  const classes = [...new Set(cells.flatMap((cell) => [cell.predicted, cell.actual]))]
  const parts = classes.map((name) => {
    const total = (of: 'predicted' | 'actual') =>
      cells.reduce((sum, cell) => sum + (cell[of] === name ? cell.count : 0), 0)
    const both = cells.find((cell) => cell.predicted === name && cell.actual === name)?.count ?? 0
    const size = total('predicted') + total('actual')
    return { f1: (2 * both) / size, size }
  })
  const value = parts.reduce((sum, { f1 }) => sum + f1, 0) / parts.length
  // As wide as that of a share of the same size: on the safe side for few, unequal classes it is not exact.
  const [low, high] = shareInterval(value * count, count)
  return { value, interval: [low, high] }
}

function measureErrors(
  metric: MetricName,
  { count, abs, squares, fourths }: ErrorTally,
): Measured | undefined {
  if (count === 0) return undefined
  if (metric === 'mae') return { value: abs / count, interval: meanInterval(abs, squares, count), count }
  const [low, high] = meanInterval(squares, fourths, count)
  const interval: Interval = [Math.sqrt(Math.max(0, low)), Math.sqrt(Math.max(0, high))]
  return { value: Math.sqrt(squares / count), interval, count }
}

export interface Limit {
  readonly min?: number
  readonly max?: number
}

/** Bad when all of the interval lies beyond the limit: a small window that is a little low proves nothing. */
export function isBeyond({ interval: [low, high] }: Measured, limit: Limit): boolean {
  return high < (limit.min ?? -Infinity) || low > (limit.max ?? Infinity)
}
