import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Clause } from './clause.ts'

export type Condition = RawBuilder<boolean>

/** A column sorted by: its expression and the type that a cursor's text is cast back to. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>
  readonly type: 'text' | 'bigint' | 'double precision' | 'uuid' | 'integer'
  readonly ascending: boolean
}

/** `column comparator value` with the value as a parameter. The column never comes from a caller. */
export function compare(column: RawBuilder<unknown>, clause: Clause): Condition {
  const { comparator, value } = clause
  if (comparator === 'IN') return sql<boolean>`${column} = any(${value}::text[])`
  if (comparator === 'NOT IN') return sql<boolean>`${column} <> all(${value}::text[])`
  // MLflow's LIKE has no escape character; PostgreSQL's would be the backslash.
  if (comparator === 'LIKE') return sql<boolean>`${column} like ${value} escape ''`
  if (comparator === 'ILIKE') return sql<boolean>`${column} ilike ${value} escape ''`
  const fraction = typeof value === 'number' && !Number.isSafeInteger(value)
  return sql<boolean>`${column} ${operator(comparator)} ${fraction ? sql`${value}::double precision` : value}`
}

/** Like `compare` for numbers; a NaN in the column satisfies `!=` and nothing else. */
export function compareNumber(column: RawBuilder<unknown>, clause: Clause): Condition {
  const value = sql`${clause.value}::double precision`
  if (clause.comparator === '!=') return sql<boolean>`${column} <> ${value}`
  return sql<boolean>`(${column} ${operator(clause.comparator)} ${value} and ${column} <> 'NaN')`
}

/** A tag in a jsonb column of tags. */
export function compareTag(tags: RawBuilder<unknown>, clause: Clause): Condition {
  if (clause.comparator === 'IS NULL') return sql<boolean>`not ${tags} ? ${clause.key}`
  if (clause.comparator === 'IS NOT NULL') return sql<boolean>`${tags} ? ${clause.key}`
  return compare(sql`(${tags} ->> ${clause.key}::text)`, clause)
}

const operators: Readonly<Record<string, RawBuilder<unknown>>> = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
}

function operator(comparator: string): RawBuilder<unknown> {
  const found = operators[comparator]
  if (found === undefined) {
    throw new SlipwayError('invalid_argument', `Invalid comparator '${comparator}'`)
  }
  return found
}

export function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

export function orderBy(keys: readonly SortKey[]): RawBuilder<unknown> {
  const parts = keys.map((key) => sql`${key.expression} ${key.ascending ? sql`asc` : sql`desc`}`)
  return sql.join(parts)
}

/** The rows after a cursor: nulls stand where a key before them in the order has put them, so equal is `is not distinct`. */
export function after(keys: readonly SortKey[], values: readonly (string | null)[]): Condition {
  const alternatives = keys.map((key, index) => {
    const equal = keys
      .slice(0, index)
      .map((one, at) => sql<boolean>`${one.expression} is not distinct from ${cast(one, values[at])}`)
    const beyond = sql<boolean>`${key.expression} ${key.ascending ? sql`>` : sql`<`} ${cast(key, values[index])}`
    return all([...equal, beyond])
  })
  return sql<boolean>`(${sql.join(alternatives, sql` or `)})`
}

function cast(key: SortKey, value: string | null | undefined): RawBuilder<unknown> {
  return sql`${value ?? null}::${sql.raw(key.type)}`
}

/** The sort values of a row as text, for its cursor: an array column. */
export function cursorColumn(keys: readonly SortKey[]): RawBuilder<(string | null)[]> {
  return sql`array[${sql.join(keys.map((key) => sql`${key.expression}::text`))}]`
}
