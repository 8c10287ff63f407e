import type { Columnar } from '../../columnar/columnar.ts'
import type { SchemaColumn } from '../../contract/data.ts'

/** Some rows of a version, in its order, each as a list of values in the order of the columns. */
export async function previewRows(
  columnar: Columnar,
  schema: readonly SchemaColumn[],
  paths: readonly string[],
  span: { limit: number; offset: number },
  signal: AbortSignal,
): Promise<unknown[][]> {
  const rows = await columnar.query({
    statements: [`SELECT * FROM read_parquet({{parts}}) LIMIT ${span.limit} OFFSET ${span.offset}`],
    files: { parts: paths },
    signal,
  })
  return rows.map((row) => schema.map((column) => row[column.name] ?? null))
}
