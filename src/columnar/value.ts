import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api'

/** A value as JSON can carry it; what JSON has no form for (intervals, blobs, bits…) as DuckDB writes it. */
export function plainValue(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return plainInteger(value)
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(plainValue)
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, plainValue(item)]))
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value }) => ({ key: plainValue(key), value: plainValue(value) }))
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  return plainTime(value) ?? String(value)
}

function plainInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

function plainTime(value: unknown): string | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return isoTime(Number(value.micros / 1000n))
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoTime(Number(value.millis))
  if (value instanceof DuckDBTimestampSecondsValue) return isoTime(Number(value.seconds) * 1000)
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoTime(Number(value.nanos / 1_000_000n))
  if (value instanceof DuckDBDateValue) return isoTime(value.days * 86_400_000)
  return undefined
}

/** Undefined for times that JavaScript cannot hold (DuckDB knows infinity and the year 290,000). */
function isoTime(milliseconds: number): string | undefined {
  const time = new Date(milliseconds)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}
