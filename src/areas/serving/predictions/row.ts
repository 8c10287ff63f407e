import type { LoggedTensor, PredictionRecord } from '../log/record.ts'

/** A tensor of a signature: `columns` names the second axis. */
export interface TensorNames {
  readonly name: string
  readonly columns?: readonly string[]
}

export interface SignatureNames {
  readonly inputs: readonly TensorNames[]
  readonly outputs: readonly TensorNames[]
}

/** The column of a log file: its name and its type there. */
export type Columns = Map<string, string>

type Cell = number | string | boolean | null | readonly Cell[]
export type LogRow = Record<string, Cell>

/** The columns that every row has, in their order. */
export const fixedColumns: Columns = new Map([
  ['id', 'VARCHAR'],
  ['row', 'INTEGER'],
  ['request_id', 'VARCHAR'],
  ['time', 'TIMESTAMPTZ'],
  ['revision', 'INTEGER'],
  ['model_version_id', 'VARCHAR'],
  ['latency_us', 'BIGINT'],
  ['status', 'INTEGER'],
])

/**
 * The rows of a request: one for each of its batch. Features become columns `in_<feature>`, outputs `out_<name>`, by the
 * names of the signature; what has more than one value per row and no names for them becomes a list. Adds to `columns`
 * those that it met.
 */
export function rowsOf(
  record: PredictionRecord,
  signature: SignatureNames | undefined,
  columns: Columns,
): LogRow[] {
  const count = Math.max(1, ...[...record.inputs, ...record.outputs].map((tensor) => tensor.shape[0] ?? 1))
  const rows = Array.from(
    { length: count },
    (_, row): LogRow => ({
      id: record.id,
      row,
      request_id: record.requestId ?? null,
      time: new Date(record.time).toISOString(),
      revision: record.revision,
      model_version_id: record.modelVersionId,
      latency_us: Math.round(record.latencyUs),
      status: record.status,
    }),
  )
  for (const tensor of record.inputs) spread(rows, 'in_', tensor, namesOf(tensor, signature?.inputs), columns)
  for (const tensor of record.outputs)
    spread(rows, 'out_', tensor, namesOf(tensor, signature?.outputs), columns)
  return rows
}

function namesOf(
  tensor: LoggedTensor,
  all: readonly TensorNames[] | undefined,
): readonly string[] | undefined {
  return all?.find((one) => one.name === tensor.name)?.columns
}

function spread(
  rows: LogRow[],
  prefix: string,
  tensor: LoggedTensor,
  names: readonly string[] | undefined,
  columns: Columns,
): void {
  const { data, datatype } = tensor
  if (!data) return
  const at = (index: number) => cell(data[index], datatype)
  const width = data.length / rows.length
  // A tensor that is not one entry per row of the batch belongs to the request: it is kept with the first row.
  if (!Number.isInteger(width) || width === 0) {
    put(
      rows[0],
      `${prefix}${tensor.name}`,
      Array.from({ length: data.length }, (_, i) => at(i)),
      listOf(datatype),
      columns,
    )
    return
  }
  const type = columnType(datatype)
  for (const [index, row] of rows.entries()) {
    const start = index * width
    if (names && names.length === width) {
      for (const [i, name] of names.entries()) put(row, `${prefix}${name}`, at(start + i), type, columns)
    } else if (width === 1) {
      put(row, `${prefix}${tensor.name}`, at(start), type, columns)
    } else {
      const list = Array.from({ length: width }, (_, i) => at(start + i))
      put(row, `${prefix}${tensor.name}`, list, listOf(datatype), columns)
    }
  }
}

function put(row: LogRow | undefined, name: string, value: Cell, type: string, columns: Columns): void {
  if (!row) return
  row[name] = value
  const known = columns.get(name)
  if (known === undefined) columns.set(name, type)
  else if (known !== type) columns.set(name, wider(known, type))
}

/** Revisions of a deployment may type a column differently: numbers meet in DOUBLE, all else in text. */
function wider(a: string, b: string): string {
  const numeric = (type: string) =>
    type === 'BIGINT' || type === 'FLOAT' || type === 'DOUBLE' || type === 'UBIGINT'
  return numeric(a) && numeric(b) ? 'DOUBLE' : 'VARCHAR'
}

function columnType(datatype: string): string {
  if (datatype === 'FP64') return 'DOUBLE'
  if (datatype.startsWith('FP') || datatype === 'BF16') return 'FLOAT'
  if (datatype === 'UINT64') return 'UBIGINT'
  if (datatype.startsWith('INT') || datatype.startsWith('UINT')) return 'BIGINT'
  return datatype === 'BOOL' ? 'BOOLEAN' : 'VARCHAR'
}

function listOf(datatype: string): string {
  return `${columnType(datatype)}[]`
}

/** JSON has no NaN: what is not a finite number is logged as missing. */
function cell(value: number | bigint | string | undefined, datatype: string): Cell {
  if (value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (datatype === 'BOOL') return value !== 0
  const number = datatype === 'FP16' ? halfToNumber(value) : value
  return Number.isFinite(number) ? number : null
}

/** IEEE 754 binary16, from its bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
