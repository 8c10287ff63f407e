import { SlipwayError } from '../../../base/error.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import { identifier, literal } from '../../../columnar/sql.ts'
import type { SchemaColumn } from '../../../contract/data.ts'
import { guessKind, type KindCounts, kindCounts } from './column-guess.ts'
import { type ColumnKind, castText, isKind, kindInWords } from './column-kind.ts'
import { type CsvHeader, readCsvHeader } from './csv-header.ts'
import type { FileToConvert } from './file.ts'
import { checkSameColumns } from './schema.ts'

interface Reject {
  readonly line: number
  readonly column_name: string | null
  readonly error_type: string
  readonly error_message: string
}

/** Finds the schema of a CSV file, or holds it to the one it must have. Fails with `invalid_data`. */
export async function inspectCsv(
  columnar: Columnar,
  file: FileToConvert,
  required?: readonly SchemaColumn[],
): Promise<{ schema: SchemaColumn[]; select: string }> {
  const header = await readCsvHeader(file.path, file.filename)
  if (required !== undefined) {
    checkSameColumns(header.names, required, file.filename)
    await countRows(columnar, file, header, [])
    const other = await columnOfOthers(columnar, file, header, required)
    if (other !== undefined) await refuseOthers(columnar, file, header, other.name, other.type as ColumnKind)
    return { schema: [...required], select: selectAs(header, required) }
  }
  const counts = await countRows(columnar, file, header, header.names)
  const schema: SchemaColumn[] = []
  for (const [index, name] of header.names.entries()) {
    const guess = guessKind(counts[index] as KindCounts)
    if (guess.mistaken) await refuseOthers(columnar, file, header, name, guess.kind)
    schema.push({ name, type: guess.kind })
  }
  return { schema, select: selectAs(header, schema) }
}

function scan(header: CsvHeader): string {
  const columns = header.names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  return `read_csv({{input}}, auto_detect = false, header = true, delim = ${literal(header.delimiter)},
    quote = '"', escape = '"', strict_mode = true, null_padding = false, compression = 'none',
    store_rejects = true, rejects_limit = 100, max_line_size = 2097152, buffer_size = 8388608, columns = {${columns}})`
}

function selectAs(header: CsvHeader, schema: readonly SchemaColumn[]): string {
  const columns = schema.map(
    ({ name, type }) => `${castText(name, type as ColumnKind)} AS ${identifier(name)}`,
  )
  return `SELECT ${columns.join(', ')} FROM ${scan(header)}`
}

/** One scan: broken rows and, of the columns asked for, what their values read as. */
async function countRows(
  columnar: Columnar,
  file: FileToConvert,
  header: CsvHeader,
  names: readonly string[],
): Promise<KindCounts[]> {
  const aggregates = ['count(*) AS total', ...names.map((name, index) => `${kindCounts(name)} AS c${index}`)]
  const row = await scanOnce(columnar, file, [
    `CREATE TEMP TABLE counted AS SELECT ${aggregates.join(',\n')} FROM ${scan(header)}`,
    `SELECT counted.*, (SELECT {'line': line, 'column_name': column_name, 'error_type': error_type::VARCHAR,
       'error_message': error_message} FROM reject_errors ORDER BY line, column_idx LIMIT 1) AS reject FROM counted`,
  ])
  if (row?.reject) throw brokenRow(file.filename, header, row.reject as Reject)
  if (row?.total === 0) {
    throw new SlipwayError('invalid_data', `${file.filename}: there are no rows below the header.`, {
      facts: { filename: file.filename, line: 1 },
    })
  }
  return names.map((_name, index) => row?.[`c${index}`] as KindCounts)
}

async function scanOnce(columnar: Columnar, file: FileToConvert, statements: string[]) {
  try {
    return (await columnar.query({ statements, files: { input: file.path } }))[0]
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'invalid_data') throw error
    const hint = 'Most often some of its lines end in CRLF and others in LF.'
    throw new SlipwayError(
      'invalid_data',
      `${file.filename}: this is not well-formed CSV (${error.message}). ${hint}`,
      {
        facts: { filename: file.filename },
        cause: error,
      },
    )
  }
}

function brokenRow(filename: string, header: CsvHeader, reject: Reject): SlipwayError {
  // DuckDB counts records, not lines: a value may span several. The header is the first.
  const row = Number(reject.line) - 1
  const found = /Found: (\d+)/.exec(reject.error_message)?.[1]
  const what: Record<string, string> = {
    'MISSING COLUMNS': `it has ${found ?? 'fewer'} values where the header has ${header.names.length}`,
    'TOO MANY COLUMNS': `it has ${found ?? 'more'} values where the header has ${header.names.length}`,
    'UNQUOTED VALUE': 'a quote is not closed, or is followed by more text',
    'LINE SIZE OVER MAXIMUM': 'it is longer than 2 MB; most often a quote is not closed',
    'INVALID ENCODING': 'it is not valid UTF-8; save the file as UTF-8',
  }
  const column = reject.column_name ?? undefined
  const where = column === undefined ? '' : ` at column "${column}"`
  return new SlipwayError(
    'invalid_data',
    `${filename}: row ${row} below the header${where}: ${what[reject.error_type] ?? reject.error_message}.`,
    { facts: { filename, row, ...(column === undefined ? {} : { column }) } },
  )
}

/** The first column that has a value of another kind: one scan for all of them. */
async function columnOfOthers(
  columnar: Columnar,
  file: FileToConvert,
  header: CsvHeader,
  required: readonly SchemaColumn[],
): Promise<SchemaColumn | undefined> {
  const typed = required.filter(({ type }) => type !== 'VARCHAR')
  if (typed.length === 0) return undefined
  const counts = typed.map(({ name, type }, i) => {
    const fits = isKind(name, type as Exclude<ColumnKind, 'VARCHAR'>)
    return `count(*) FILTER (${identifier(name)} IS NOT NULL AND NOT ${fits}) AS c${i}`
  })
  const [others] = await columnar.query({
    statements: [`SELECT ${counts.join(', ')} FROM ${scan(header)}`],
    files: { input: file.path },
  })
  return typed.find((_, i) => Number(others?.[`c${i}`]) > 0)
}

/** Fails on the first value of a column that is not of the kind, naming its row. */
async function refuseOthers(
  columnar: Columnar,
  file: FileToConvert,
  header: CsvHeader,
  name: string,
  kind: ColumnKind,
): Promise<void> {
  if (kind === 'VARCHAR') return
  const [bad] = await columnar.query({
    statements: [
      `SELECT row, value FROM (SELECT row_number() OVER () AS row, ${identifier(name)} AS value,
         ${isKind(name, kind)} AS fits FROM ${scan(header)}) WHERE value IS NOT NULL AND NOT fits ORDER BY row LIMIT 1`,
    ],
    files: { input: file.path },
  })
  if (bad === undefined) return
  throw new SlipwayError(
    'invalid_data',
    `${file.filename}: row ${bad.row}, column "${name}": "${shorten(String(bad.value))}" is not ${kindInWords[kind]}.`,
    { facts: { filename: file.filename, row: bad.row, column: name } },
  )
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
