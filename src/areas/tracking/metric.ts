import { SlipwayError } from '../../base/error.ts'
import type { MetricValue } from '../../contract/runs.ts'
import { checkKey, shown } from './key.ts'

/** One value of a metric. Steps and times are int64; a bigint beyond what a number holds. */
export interface Point {
  readonly key: string
  readonly value: number
  readonly step: number | bigint
  /** Milliseconds since 1970. */
  readonly time: number | bigint
  readonly modelId?: string | undefined
  readonly datasetName?: string | undefined
  readonly datasetDigest?: string | undefined
}

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** Fails with `invalid_argument` unless the point can be stored. `path` says where it stands: `metrics[3]` or ''. */
export function checkPoint(point: Point, path: string): void {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  checkKey(point.key, at('name'), 'Metric name')
  if (!isInt64(point.time) || point.time < 0) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid value ${shown(Number(point.time))} for parameter '${at('timestamp')}' supplied: ` +
        `metric '${point.key}' (value=${pythonFloat(point.value)}). Timestamp must be a nonnegative long (64-bit integer) `,
    )
  }
  if (!isInt64(point.step)) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid value ${shown(Number(point.step))} for parameter '${at('step')}' supplied: ` +
        `metric '${point.key}' (value=${pythonFloat(point.value)}). Step must be a valid long (64-bit integer).`,
    )
  }
}

function isInt64(value: number | bigint): boolean {
  if (typeof value === 'number' && !Number.isInteger(value)) return false
  return value >= int64.min && value <= int64.max
}

/** The points without repetitions: a statement must not meet the same row twice. */
export function distinct(points: readonly Point[]): Point[] {
  if (points.length < 2) return [...points]
  const seen = new Map<string, Point>()
  for (const point of points) {
    seen.set(`${point.key}\n${point.step}\n${point.time}\n${point.value}\n${point.modelId ?? ''}`, point)
  }
  return [...seen.values()]
}

/** As JSON carries it: the three values that JSON has no word for are strings. */
export function wireValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}

/** As Python writes a float, which clients compare with. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value)
}
