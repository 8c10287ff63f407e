import type { Columnar } from '../../columnar/columnar.ts'
import { identifier, literal } from '../../columnar/sql.ts'
import type { ColumnProfile, Profile, SchemaColumn } from '../../contract/data.ts'

const bins = 20
const maxValues = 50
/** Text with more distinct values than this is free text. */
const maxCategories = 100
/** Up to here different values are counted, beyond they are estimated. */
const exactRows = 100_000

/** What one column's first scan finds. */
interface Basics {
  readonly present: number
  readonly distinct: number
  readonly min?: number | string | null
  readonly max?: number | string | null
  readonly mean?: number | null
  readonly std?: number | null
}

/** Profiles Parquet files of one schema in two scans: the second needs the ranges that the first finds. */
export async function profileParts(
  columnar: Columnar,
  schema: readonly SchemaColumn[],
  paths: readonly string[],
): Promise<Profile> {
  const scan = async (aggregates: string[]) => {
    const [row] = await columnar.query({
      statements: [`SELECT ${aggregates.join(',\n')} FROM read_parquet({{parts}})`],
      files: { parts: paths },
    })
    return row ?? {}
  }
  const [counted] = await columnar.query({
    statements: ['SELECT sum(num_rows)::BIGINT AS total FROM parquet_file_metadata({{parts}})'],
    files: { parts: paths },
  })
  const total = Number(counted?.total ?? 0)
  const exact = total <= exactRows
  const first = await scan(schema.map((column, i) => `${basics(column, exact)} AS c${i}`))
  const found = schema.map((_column, i) => first[`c${i}`] as Basics)
  const details = schema.flatMap((column, i) =>
    detail(column, found[i] as Basics).map((sql) => `${sql} AS c${i}`),
  )
  const second = details.length > 0 ? await scan(details) : {}
  return {
    rows: total,
    columns: schema.map((column, i) => columnProfile(column, found[i] as Basics, total, second[`c${i}`])),
  }
}

const isNumber = (column: SchemaColumn) => column.type === 'BIGINT' || column.type === 'DOUBLE'

function basics(column: SchemaColumn, exact: boolean): string {
  const name = identifier(column.name)
  const fields = [`'distinct': ${exact ? `count(DISTINCT ${name})` : `approx_count_distinct(${name})`}`]
  if (isNumber(column)) {
    // Infinite values would spoil every sum: like NaN, they count as missing.
    const finite = column.type === 'DOUBLE' ? `FILTER (isfinite(${name}))` : ''
    fields.push(
      `'present': count(${name}) ${finite}`,
      `'min': min(${name}) ${finite}`,
      `'max': max(${name}) ${finite}`,
      `'mean': avg(${name}) ${finite}`,
      `'std': stddev_pop(${name}) ${finite}`,
    )
  } else {
    fields.push(`'present': count(${name})`)
    if (column.type === 'TIMESTAMP') {
      fields.push(
        `'min': min(${name}) FILTER (isfinite(${name}))`,
        `'max': max(${name}) FILTER (isfinite(${name}))`,
      )
    }
  }
  return `{${fields.join(', ')}}`
}

function edgesOf(found: Basics): number[] {
  const min = Number(found.min)
  const max = Number(found.max)
  if (min === max) return [min, max]
  const edges = Array.from({ length: bins }, (_, i) => min + ((max - min) * i) / bins)
  return [...edges, max]
}

/** HyperLogLog is some per cent off: what might be a category is counted exactly. */
function isMaybeCategory(column: SchemaColumn, found: Basics): boolean {
  return column.type === 'BOOLEAN' || (column.type === 'VARCHAR' && found.distinct <= maxCategories * 2)
}

function detail(column: SchemaColumn, found: Basics): string[] {
  const name = identifier(column.name)
  if (found.present === 0) return []
  if (isNumber(column)) {
    const finite = column.type === 'DOUBLE' ? `FILTER (isfinite(${name}))` : ''
    return [
      `map_values(histogram(${name}::DOUBLE, [${edgesOf(found).slice(1).map(double).join(', ')}]) ${finite})`,
    ]
  }
  return isMaybeCategory(column, found) ? [`histogram(${name}::VARCHAR)`] : []
}

function double(value: number): string {
  return `${literal(String(value))}::DOUBLE`
}

function columnProfile(column: SchemaColumn, found: Basics, total: number, detail: unknown): ColumnProfile {
  const { name } = column
  const nulls = total - found.present
  if (isNumber(column)) {
    const profile = { name, type: 'number' as const, nulls, distinct: found.distinct }
    return found.present === 0 ? profile : { ...profile, numeric: numeric(found, detail as number[]) }
  }
  if (column.type === 'TIMESTAMP') {
    const times = { min: String(found.min), max: String(found.max) }
    return {
      name,
      type: 'time',
      nulls,
      distinct: found.distinct,
      ...(typeof found.min === 'string' ? { times } : {}),
    }
  }
  if (!Array.isArray(detail)) return { name, type: 'text', nulls, distinct: found.distinct }
  return textProfile(column, nulls, total, detail as { key: string; value: number }[])
}

function numeric(found: Basics, counts: number[]): NonNullable<ColumnProfile['numeric']> {
  const edges = edgesOf(found)
  return {
    min: Number(found.min),
    max: Number(found.max),
    mean: Number(found.mean),
    std: Number(found.std),
    edges,
    // What lies above the last edge comes last, if DuckDB found any; by construction there is none.
    counts: counts.slice(0, edges.length - 1),
  }
}

function textProfile(
  column: SchemaColumn,
  nulls: number,
  total: number,
  histogram: { key: string; value: number }[],
): ColumnProfile {
  const base = { name: column.name, nulls, distinct: histogram.length }
  if (column.type === 'BOOLEAN') return { ...base, type: 'boolean', values: mostFrequent(histogram) }
  const present = total - nulls
  // Twenty rows with twenty values are names, not categories.
  const isCategory =
    histogram.length <= maxCategories && (histogram.length <= 2 || histogram.length <= present / 2)
  return isCategory
    ? { ...base, type: 'category', values: mostFrequent(histogram) }
    : { ...base, type: 'text' }
}

function mostFrequent(histogram: { key: string; value: number }[]): { value: string; count: number }[] {
  return histogram
    .map(({ key, value }) => ({ value: key, count: value }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, maxValues)
}
