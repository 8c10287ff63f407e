import { SlipwayError } from '../../../base/error.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { identifier } from '../../../columnar/sql.ts'
import type { MetricName } from '../../../contract/monitoring.ts'
import type { LabelledRows } from '../prediction-log.ts'
import { type Tally, tallyKind } from './metric.ts'

/** Compares an output with the label over labelled rows. */
export async function tallyRows(
  columnar: Columnar,
  rows: LabelledRows,
  metric: MetricName,
  output: string,
  signal?: AbortSignal,
): Promise<Tally> {
  const column = `out_${output}`
  if (!rows.columns.includes(column)) {
    throw new SlipwayError('invalid_argument', `The model has no output "${output}" to compare with labels.`)
  }
  const kind = tallyKind(metric)
  const found = await columnar.query({
    statements: [kind === 'classes' ? classes(column) : errors(column)],
    files: { rows: rows.path },
    ...(signal === undefined ? {} : { signal }),
  })
  if (kind === 'classes') return { kind, cells: found as never }
  const [sums] = found
  return {
    kind,
    count: Number(sums?.count),
    abs: Number(sums?.abs),
    squares: Number(sums?.squares),
    fourths: Number(sums?.fourths),
  }
}

/** 3, 3.0 and "3" are the same class. */
function classes(column: string): string {
  const plain = (name: string) => `coalesce(TRY_CAST(${name} AS DOUBLE)::VARCHAR, ${name}::VARCHAR)`
  return `SELECT ${plain(identifier(column))} AS predicted, ${plain('label')} AS actual, count(*) AS count
    FROM read_parquet({{rows}}) WHERE ${identifier(column)} IS NOT NULL GROUP BY ALL ORDER BY ALL`
}

function errors(column: string): string {
  return `SELECT count(e) AS count, coalesce(sum(abs(e)), 0) AS abs, coalesce(sum(e ** 2), 0) AS squares,
      coalesce(sum(e ** 4), 0) AS fourths
    FROM (SELECT TRY_CAST(${identifier(column)} AS DOUBLE) - TRY_CAST(label AS DOUBLE) AS e FROM read_parquet({{rows}}))
    WHERE isfinite(e)`
}
