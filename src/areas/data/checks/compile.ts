import { identifier, literal } from '../../../columnar/sql.ts'
import type { CheckResult, SchemaColumn } from '../../../contract/data.ts'
import type { Check, CheckOf, Scalar } from './check.ts'
import { columnsNamed, inWords } from './words.ts'

/** What a check asks of the one scan, and what it makes of the answer. */
export interface Compiled {
  /** SQL aggregates, in the order in which `judge` gets their values. */
  readonly aggregates: readonly string[]
  readonly judge: (values: readonly unknown[], context: { rows: number; now: Date }) => CheckResult
}

interface Verdict {
  readonly passed: boolean
  readonly observed: CheckResult['observed']
  readonly message: string
}

/** Turns a check into SQL over the columns that are there. A column that is not there is a failed check. */
export function compileCheck(check: Check, schema: readonly SchemaColumn[]): Compiled {
  const { found, missing } = columnsNamed('columns' in check ? check.columns : [], schema)
  if (missing.length > 0) {
    const message = `There is no column ${missing.map((name) => `"${name}"`).join(', ')}.`
    return decided(check, { passed: false, observed: null, message })
  }
  const wrong = found.find((column) => !isAllowed(check, column))
  if (wrong !== undefined) {
    return decided(check, {
      passed: false,
      observed: wrong.type,
      message: `Column "${wrong.name}" is ${wrong.type}.`,
    })
  }
  return compilers[check.kind](check as never, found)
}

const compilers: {
  readonly [Kind in Check['kind']]: (check: CheckOf<Kind>, columns: SchemaColumn[]) => Compiled
} = {
  not_null: (check, columns) => ofRows(check, columns, isMissing, 'missing'),
  between: (check, columns) => ofRows(check, columns, (column) => outside(check, column), 'outside'),
  in_set: (check, columns) =>
    ofRows(check, columns, (column) => notIn(check.values, column), 'not in the set'),
  matches: (check, columns) =>
    ofRows(
      check,
      columns,
      (column) => `NOT regexp_full_match(${text(column)}, ${literal(check.pattern)})`,
      'unlike',
    ),
  mean: (check, columns) => ({
    aggregates: columns.map((column) => `avg(${finite(column)})`),
    judge: (values) => resultOf(check, meanVerdict(check, columns, values)),
  }),
  unique: (check, columns) => ({
    aggregates: [
      `count(*) - count(DISTINCT (${columns.map((column) => identifier(column.name)).join(', ')}, 0))`,
    ],
    judge: ([repeated]) => {
      const count = Number(repeated)
      return resultOf(check, {
        passed: count === 0,
        observed: count,
        message: `${count} rows repeat an earlier one.`,
      })
    },
  }),
  row_count: (check) => ({
    aggregates: [],
    judge: (_values, { rows }) =>
      resultOf(check, { passed: isWithin(rows, check), observed: rows, message: `There are ${rows} rows.` }),
  }),
  columns: (check) => decided(check, { passed: true, observed: null, message: 'All columns are there.' }),
  type: (check) => decided(check, { passed: true, observed: null, message: `All are of type ${check.is}.` }),
  fresh: (check, columns) => ({
    aggregates: columns.map((column) => `max(${identifier(column.name)})`),
    judge: (values, { now }) => resultOf(check, freshVerdict(check, columns, values, now)),
  }),
}

/** The checks whose columns must be of some types. */
function isAllowed(check: Check, column: SchemaColumn): boolean {
  const isNumber = column.type === 'BIGINT' || column.type === 'DOUBLE'
  if (check.kind === 'between' || check.kind === 'mean') return isNumber
  if (check.kind === 'matches') return column.type === 'VARCHAR'
  if (check.kind === 'fresh') return column.type === 'TIMESTAMP'
  if (check.kind !== 'type') return true
  const types = { number: isNumber, time: column.type === 'TIMESTAMP', boolean: column.type === 'BOOLEAN' }
  return check.is === 'category' || check.is === 'text' ? column.type === 'VARCHAR' : types[check.is]
}

function ofRows(
  check: Check & { readonly at_least: number },
  columns: readonly SchemaColumn[],
  isBad: (column: SchemaColumn) => string,
  word: string,
): Compiled {
  return {
    aggregates: columns.flatMap((column) => {
      const bad = isBad(column)
      return [`count(*) FILTER (${bad})`, `first(${identifier(column.name)}::VARCHAR) FILTER (${bad})`]
    }),
    judge: (values, { rows }) => {
      const counts = columns.map((column, i) => ({
        column,
        bad: Number(values[i * 2]),
        example: values[i * 2 + 1],
      }))
      const worst = counts.reduce((a, b) => (b.bad > a.bad ? b : a))
      const passed = worst.bad === 0 || (rows - worst.bad) / rows >= check.at_least
      return resultOf(check, { passed, observed: worst.bad, message: badRows(counts, worst, rows, word) })
    },
  }
}

interface BadCount {
  readonly column: SchemaColumn
  readonly bad: number
  readonly example: unknown
}

function badRows(counts: readonly BadCount[], worst: BadCount, rows: number, word: string): string {
  if (worst.bad === 0) return `No value of ${rows} rows is ${word}.`
  const example = typeof worst.example === 'string' ? `, for example "${worst.example.slice(0, 60)}"` : ''
  const others = counts.filter((count) => count.bad > 0).length - 1
  const more = others > 0 ? ` (and ${others} more columns)` : ''
  return `${worst.bad} of ${rows} values of "${worst.column.name}"${more} are ${word}${example}.`
}

/** NaN is a missing value, too. */
function isMissing(column: SchemaColumn): string {
  const name = identifier(column.name)
  return column.type === 'DOUBLE' ? `${name} IS NULL OR isnan(${name})` : `${name} IS NULL`
}

function outside(check: CheckOf<'between'>, column: SchemaColumn): string {
  const name = identifier(column.name)
  const sides = [
    ...(check.min === undefined ? [] : [`${name} < ${check.min}`]),
    ...(check.max === undefined ? [] : [`${name} > ${check.max}`]),
  ]
  const isNumber = column.type === 'DOUBLE' ? `NOT isnan(${name}) AND ` : ''
  return `${isNumber}(${sides.join(' OR ')})`
}

/** Numbers compare as numbers (`1` is `1.0`), all else as its text. */
function notIn(values: readonly Scalar[], column: SchemaColumn): string {
  if (values.length === 0) return `${identifier(column.name)} IS NOT NULL`
  const isNumber = column.type === 'BIGINT' || column.type === 'DOUBLE'
  const numbers = values.map(Number).filter(Number.isFinite)
  if (isNumber)
    return numbers.length === 0 ? 'true' : `${identifier(column.name)} NOT IN (${numbers.join(', ')})`
  return `${text(column)} NOT IN (${values.map((value) => literal(String(value))).join(', ')})`
}

function text(column: SchemaColumn): string {
  return `${identifier(column.name)}::VARCHAR`
}

function finite(column: SchemaColumn): string {
  const name = identifier(column.name)
  return column.type === 'DOUBLE' ? `CASE WHEN isfinite(${name}) THEN ${name} END` : name
}

function meanVerdict(
  check: CheckOf<'mean'>,
  columns: readonly SchemaColumn[],
  values: readonly unknown[],
): Verdict {
  const bad = columns.findIndex((_column, i) => values[i] === null || !isWithin(Number(values[i]), check))
  const index = Math.max(bad, 0)
  const observed = values[index] === null ? null : Number(values[index])
  return {
    passed: bad < 0,
    observed,
    message: `The mean of "${columns[index]?.name}" is ${observed ?? 'unknown'}.`,
  }
}

function freshVerdict(
  check: CheckOf<'fresh'>,
  columns: readonly SchemaColumn[],
  values: readonly unknown[],
  now: Date,
): Verdict {
  const age = (value: unknown) => (value === null ? Infinity : now.getTime() - Date.parse(String(value)))
  const bad = columns.findIndex((_column, i) => age(values[i]) > check.within_ms)
  const index = Math.max(bad, 0)
  const newest = values[index] === null ? null : String(values[index])
  return {
    passed: bad < 0,
    observed: newest,
    message: `The newest "${columns[index]?.name}" is ${newest ?? 'missing'}.`,
  }
}

function isWithin(value: number, { min, max }: { min?: number; max?: number }): boolean {
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity)
}

function decided(check: Check, verdict: Verdict): Compiled {
  return { aggregates: [], judge: () => resultOf(check, verdict) }
}

function resultOf(check: Check, verdict: Verdict): CheckResult {
  return { check: inWords(check), severity: check.severity, ...verdict }
}
