import { type Columns, fixedColumns } from './row.ts'
import { type ColumnSummary, fewValues, type Summary } from './summary.ts'

/** What one revision saw and answered in one minute. */
export interface MinuteSummary {
  readonly revision: number
  readonly minute: Date
  readonly rows: number
  readonly columns: Summary
}

/** Summarizes the table `logged`: a row for each minute, revision and column. */
export function summaryStatement(columns: Columns): string {
  const measured = [...columns].filter(([name, type]) => !fixedColumns.has(name) && !type.endsWith('[]'))
  const rows = `select revision, epoch_ms(time) // 60000 as minute, count(*) as rows, null as name, null as count,
    null as mean, null as m2, null as low, null as high, null as counts from logged group by all`
  const each = measured.map(([name, type]) => {
    const column = `"${name.replaceAll('"', '""')}"`
    const numeric = type !== 'VARCHAR' && type !== 'BOOLEAN'
    const number = numeric ? `cast(${column} as double)` : 'null::double'
    const counts =
      type === 'FLOAT' || type === 'DOUBLE'
        ? 'null'
        : `case when count(distinct ${column}) <= ${fewValues} then to_json(histogram(cast(${column} as varchar))) end`
    return `select revision, epoch_ms(time) // 60000, count(*), ${literal(name)}, count(${column}), avg(${number}),
      var_pop(${number}) * count(${column}), min(${number}), max(${number}), ${counts} from logged group by all`
  })
  return [rows, ...each].join('\nunion all\n')
}

export function minuteSummaries(rows: readonly Readonly<Record<string, unknown>>[]): MinuteSummary[] {
  const groups = Map.groupBy(rows, (row) => `${row.revision} ${row.minute}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const columns = group.flatMap((row) => (row.name === null ? [] : [[String(row.name), columnOf(row)]]))
    return {
      revision: Number(first.revision),
      minute: new Date(Number(first.minute) * 60_000),
      rows: Number(first.rows),
      columns: Object.fromEntries(columns),
    }
  })
}

function columnOf(row: Readonly<Record<string, unknown>>): ColumnSummary {
  const count = Number(row.count)
  const numeric =
    row.mean === null
      ? {}
      : {
          numeric: {
            mean: Number(row.mean),
            m2: Number(row.m2),
            min: Number(row.low),
            max: Number(row.high),
          },
        }
  const values = typeof row.counts === 'string' ? { values: JSON.parse(row.counts) } : {}
  return { count, nulls: Number(row.rows) - count, ...numeric, ...values }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
