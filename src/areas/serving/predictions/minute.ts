import { type Columns, fixedColumns } from './row.ts'
import { type ColumnSummary, fewValues, type Summary } from './summary.ts'

/** What one revision saw and answered in one minute. */
export interface MinuteSummary {
  readonly revision: number
  readonly minute: Date
  readonly rows: number
  readonly columns: Summary
}

/**
 * Summarizes the table `logged` in one scan: a row for each minute and revision, with a list of numbers for each of the
 * measured columns, and the occurrences of those that may have few values.
 */
export function summaryStatement(columns: Columns): string {
  const each = measured(columns).flatMap(([name, type], i) => {
    const column = `"${name.replaceAll('"', '""')}"`
    const number = isNumeric(type) ? `cast(${column} as double)` : 'null::double'
    const statistics = `[count(${column}), avg(${number}), var_pop(${number}), min(${number}), max(${number})]`
    const few = `case when count(distinct ${column}) <= ${fewValues} then to_json(histogram(cast(${column} as varchar))) end`
    return isFractional(type) ? [`${statistics} as s${i}`] : [`${statistics} as s${i}`, `${few} as v${i}`]
  })
  return `select ${['revision', 'epoch_ms(time) // 60000 as minute', 'count(*) as rows', ...each].join(', ')}
    from logged group by revision, minute`
}

export function minuteSummaries(
  columns: Columns,
  rows: readonly Readonly<Record<string, unknown>>[],
): MinuteSummary[] {
  return rows.map((row) => ({
    revision: Number(row.revision),
    minute: new Date(Number(row.minute) * 60_000),
    rows: Number(row.rows),
    columns: Object.fromEntries(
      measured(columns).map(([name], i) => [name, columnOf(Number(row.rows), row[`s${i}`], row[`v${i}`])]),
    ),
  }))
}

function measured(columns: Columns): [name: string, type: string][] {
  return [...columns].filter(([name, type]) => !fixedColumns.has(name) && !type.endsWith('[]'))
}

function isNumeric(type: string): boolean {
  return type !== 'VARCHAR' && type !== 'BOOLEAN'
}

function isFractional(type: string): boolean {
  return type === 'FLOAT' || type === 'DOUBLE'
}

function columnOf(rows: number, statistics: unknown, values: unknown): ColumnSummary {
  const [count = 0, mean, variance, min, max] = (statistics as (number | null)[]).map(
    (one) => one ?? undefined,
  )
  const numeric =
    mean === undefined
      ? {}
      : { numeric: { mean, m2: (variance ?? 0) * count, min: min ?? mean, max: max ?? mean } }
  return {
    count,
    nulls: rows - count,
    ...numeric,
    ...(typeof values === 'string' ? { values: JSON.parse(values) } : {}),
  }
}
