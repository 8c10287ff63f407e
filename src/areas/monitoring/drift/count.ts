import type { Columnar } from '../../../columnar/columnar.ts'
import { identifier, literal } from '../../../columnar/sql.ts'
import type { Bins } from './reference.ts'

export interface Counted {
  readonly rows: number
  /** For each column its counts: the bins in order, then missing. */
  readonly counts: readonly (readonly number[])[]
}

/** Counts all columns in one scan. `prefix` stands before the columns' names in the files. */
export async function countColumns(
  columnar: Columnar,
  paths: readonly string[],
  columns: readonly Bins[],
  options: { prefix: string; signal?: AbortSignal },
): Promise<Counted> {
  const aggregates = columns.map((bins, i) => `${histogram(bins, options.prefix)} AS c${i}`)
  const [row] = await columnar.query({
    statements: [
      `SELECT ${['count(*) AS total', ...aggregates].join(',\n')} FROM read_parquet({{parts}}, union_by_name = true)`,
    ],
    files: { parts: paths },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const rows = Number(row?.total)
  return { rows, counts: columns.map((bins, i) => withMissing(countsOf(bins, row?.[`c${i}`]), rows)) }
}

/** A column as the float32 that models see; null where it has no finite value. */
export function asFloat(name: string): string {
  return `TRY_CAST(${identifier(name)} AS FLOAT)::DOUBLE`
}

/** DuckDB's histogram takes its bins as upper edges, inclusive, and adds one for what lies above. */
function histogram(bins: Bins, prefix: string): string {
  const name = `${prefix}${bins.name}`
  if (bins.test === 'psi') {
    const edges = bins.edges.map((edge) => literal(String(edge))).join(', ')
    return `histogram(${asFloat(name)}, [${edges}]::DOUBLE[]) FILTER (isfinite(${asFloat(name)}))`
  }
  // The mark keeps the empty text apart from DuckDB's name for all other values, which is empty.
  const values = bins.values.map((value) => literal(`=${value}`)).join(', ')
  return `histogram_exact('=' || ${identifier(name)}::VARCHAR, [${values}]::VARCHAR[])`
}

function countsOf(bins: Bins, histogram: unknown): number[] {
  const found = (histogram ?? []) as readonly { key: unknown; value: number }[]
  if (bins.test === 'js') {
    const counts = new Map(found.map(({ key, value }) => [key, value]))
    return [...bins.values.map((value) => counts.get(`=${value}`) ?? 0), counts.get('') ?? 0]
  }
  // The bin above the last edge has the key infinity, which JSON has no number for; it may be absent.
  return Array.from({ length: bins.edges.length + 1 }, (_, i) => found[i]?.value ?? 0)
}

function withMissing(counts: readonly number[], rows: number): number[] {
  return [...counts, rows - counts.reduce((sum, count) => sum + count, 0)]
}
