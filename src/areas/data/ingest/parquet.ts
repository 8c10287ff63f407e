import { SlipwayError } from '../../../base/error.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { identifier } from '../../../columnar/sql.ts'
import type { SchemaColumn } from '../../../contract/data.ts'
import { type ColumnKind, kindInWords, kindOfType } from './column-kind.ts'
import { checkColumnNames } from './column-names.ts'
import type { FileToConvert } from './file.ts'
import { checkSameColumns } from './schema.ts'

/** Finds the schema of a Parquet file, or holds it to the one it must have. Fails with `invalid_data`. */
export async function inspectParquet(
  columnar: Columnar,
  file: FileToConvert,
  required?: readonly SchemaColumn[],
): Promise<{ schema: SchemaColumn[]; select: string }> {
  const found = await describe(columnar, file)
  checkColumnNames(
    found.map((column) => column.name),
    file.filename,
  )
  if (required !== undefined)
    checkSameColumns(
      found.map((column) => column.name),
      required,
      file.filename,
    )
  const kinds = new Map(found.map(({ name, type }) => [name, kindOf(name, type, file.filename)]))
  const schema = required ?? [...kinds].map(([name, type]) => ({ name, type }))
  for (const { name, type } of schema) checkFits(name, kinds.get(name), type as ColumnKind, file.filename)
  const columns = schema.map(
    ({ name, type }) => `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`,
  )
  return { schema: [...schema], select: `SELECT ${columns.join(', ')} FROM read_parquet({{input}})` }
}

async function describe(columnar: Columnar, file: FileToConvert): Promise<SchemaColumn[]> {
  try {
    const rows = await columnar.query({
      statements: ['DESCRIBE SELECT * FROM read_parquet({{input}})'],
      files: { input: file.path },
    })
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'invalid_data') throw error
    throw new SlipwayError(
      'invalid_data',
      `${file.filename}: the Parquet file cannot be read: ${error.message}`,
      {
        facts: { filename: file.filename },
        cause: error,
      },
    )
  }
}

function kindOf(name: string, type: string, filename: string): ColumnKind {
  const kind = kindOfType(type)
  if (kind !== undefined) return kind
  throw new SlipwayError(
    'invalid_data',
    `${filename}: column "${name}" is of type ${type}; datasets hold numbers, texts, booleans and times.`,
    { facts: { filename, column: name } },
  )
}

function checkFits(name: string, kind: ColumnKind | undefined, required: ColumnKind, filename: string): void {
  if (kind === required || (kind === 'BIGINT' && required === 'DOUBLE')) return
  throw new SlipwayError(
    'invalid_data',
    `${filename}: column "${name}" holds ${kind}, where the dataset has ${required} (${kindInWords[required]}).`,
    { facts: { filename, column: name } },
  )
}
