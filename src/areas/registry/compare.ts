import type { Comparison, VersionDetail } from '../../contract/models.ts'
import { compatibility } from './signature.ts'

/** Two versions side by side: what both have the same is left out, but for metrics. */
export function compareVersions(a: VersionDetail, b: VersionDetail): Comparison {
  return {
    a,
    b,
    params: differences(a.run_params, b.run_params),
    tags: differences(a.tags, b.tags),
    files: differences(digests(a), digests(b)),
    metrics: metrics(a, b),
    signature: compatibility(a.signature, b.signature),
  }
}

function differences(a: Record<string, string>, b: Record<string, string>): Comparison['params'] {
  return keysOf(a, b)
    .map((key) => ({ key, a: own(a, key), b: own(b, key) }))
    .filter((one) => one.a !== one.b)
}

/** The platform's own scores; where neither version has any, the last values that their runs logged. */
function metrics(a: VersionDetail, b: VersionDetail): Comparison['metrics'] {
  const evaluated = keysOf(a.metrics, b.metrics).length > 0
  const left = evaluated ? a.metrics : logged(a)
  const right = evaluated ? b.metrics : logged(b)
  return keysOf(left, right).map((key) => ({ key, a: own(left, key), b: own(right, key) }))
}

function logged(version: VersionDetail): Record<string, number> {
  const entries = Object.entries(version.run_metrics)
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) => (typeof value === 'number' ? [[key, value] as const] : [])),
  )
}

function digests(version: VersionDetail): Record<string, string> {
  return Object.fromEntries(version.files.map((file) => [file.path, file.digest]))
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
}

function own<T>(record: Record<string, T>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null
}
