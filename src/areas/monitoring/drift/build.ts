import type { Columnar } from '../../../columnar/columnar.ts'
import { literal } from '../../../columnar/sql.ts'
import type { ColumnProfile, DatasetVersion } from '../../../contract/data.ts'
import { numericEdges, quantiles } from './bins.ts'
import { asFloat, countColumns } from './count.ts'
import type { Bins, ColumnReference, Reference } from './reference.ts'

/** Edges need not be exact, only fixed: of a long file a sample is enough for them. Counts are of all rows. */
const sampleRows = 200_000
const maxCategories = 100

/** Fixes bins on a dataset version and counts it: done once per reference. Texts and times are not compared. */
export async function buildReference(
  columnar: Columnar,
  version: DatasetVersion,
  paths: readonly string[],
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<Reference> {
  const wanted = new Set(columns)
  const profiles = version.profile.columns.filter((column) => wanted.has(column.name))
  const numeric = profiles.filter(isNumeric)
  const categories = profiles.filter((column) => column.type === 'category')
  const edges = await quantileEdges(columnar, paths, numeric, version.rows, signal)
  const bins: Bins[] = [
    ...numeric.map(({ name }, i) => ({ name, test: 'psi' as const, edges: edges[i] ?? [] })),
    ...categories.map(({ name, values = [] }) => ({
      name,
      test: 'js' as const,
      values: values.slice(0, maxCategories).map(({ value }) => value),
    })),
  ]
  const options = { prefix: '', ...(signal === undefined ? {} : { signal }) }
  const { rows, counts } = await countColumns(columnar, paths, bins, options)
  const content = bins.map((column, i) => ({ ...column, counts: counts[i] ?? [] }) as ColumnReference)
  return { versionId: version.id, rows, columns: content }
}

/** A boolean reaches a model as 0 or 1. A column without any value has no range to cut. */
function isNumeric(column: ColumnProfile): boolean {
  return column.type === 'boolean' || column.numeric !== undefined
}

async function quantileEdges(
  columnar: Columnar,
  paths: readonly string[],
  columns: readonly ColumnProfile[],
  rows: number,
  signal?: AbortSignal,
): Promise<number[][]> {
  if (columns.length === 0) return []
  const sample = rows > sampleRows ? `USING SAMPLE reservoir(${sampleRows} ROWS) REPEATABLE (1)` : ''
  const list = `[${quantiles.map((share) => literal(String(share))).join(', ')}]::DOUBLE[]`
  const aggregates = columns.map(({ name }, i) => {
    const value = asFloat(name)
    return `quantile_disc(${value}, ${list}) FILTER (isfinite(${value})) AS c${i}`
  })
  const [row] = await columnar.query({
    statements: [`SELECT ${aggregates.join(',\n')} FROM read_parquet({{parts}}) ${sample}`],
    files: { parts: paths },
    ...(signal === undefined ? {} : { signal }),
  })
  return columns.map((column, i) => {
    const { min, max } = rangeOf(column)
    return numericEdges((row?.[`c${i}`] ?? []) as number[], min, max)
  })
}

/** Of all rows: the sample may have missed the ends. */
function rangeOf({ numeric }: ColumnProfile): { min: number; max: number } {
  return numeric === undefined
    ? { min: 0, max: 1 }
    : { min: Math.fround(numeric.min), max: Math.fround(numeric.max) }
}
