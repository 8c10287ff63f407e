import { type RawBuilder, sql } from 'kysely'
import type { Clause } from './filter/clause.ts'
import type { Order } from './filter/order.ts'
import { all, type Condition, compareNumber } from './filter/sql.ts'

/** What of a search its walk depends on. */
export interface Along {
  readonly clauses: readonly Clause[]
  readonly orders: readonly Order[]
  /** The sort values of the row that the page comes after. */
  readonly cursor: readonly (string | null)[] | undefined
}

/** Runs from the beginning of the order, to be looked at one by one. */
export interface Walk {
  /** The common table expression `walk`. */
  readonly entries: RawBuilder<unknown>
  /** What stands for `runs r` and the join of the first order. */
  readonly from: RawBuilder<unknown>
  /** Leaves those out that entries beyond the walk may come before. */
  readonly sure: Condition
}

/** Those clauses that the index of a walk itself answers. */
export function walked(clauses: readonly Clause[], orders: readonly Order[]): Clause[] {
  const [first] = orders
  if (first?.entity !== 'metric') return []
  return clauses.filter((clause) => clause.entity === 'metric' && clause.key === first.key)
}

/**
 * The first `length` entries of the index that has a search's order and that fulfil those of its clauses that the index
 * answers; undefined when no index has the order, or when the page begins among the runs that lack the metric.
 */
export function walkOf(
  experiment: string,
  { orders, clauses, cursor }: Along,
  length: number,
): Walk | undefined {
  const [first] = orders
  const [rank, value] = cursor ?? []
  if (first?.entity !== 'metric' || (cursor !== undefined && rank !== '0')) return undefined
  const beyond = first.ascending ? sql`>` : sql`<`
  const conditions = [
    sql<boolean>`experiment_id = ${experiment} and key = ${first.key} and value < 'NaN'`,
    ...walked(clauses, orders).map((clause) => compareNumber(sql`value`, clause)),
  ]
  if (value != null) conditions.push(sql<boolean>`value ${beyond}= ${value}::double precision`)
  const [direction, last] = first.ascending ? [sql`asc`, sql`max`] : [sql`desc`, sql`min`]
  return {
    entries: sql`walk as materialized (select run_id, key, value from metric_summaries
      where ${all(conditions)} order by value ${direction} limit ${length})`,
    from: sql`walk o0 join runs r on r.id = o0.run_id`,
    // Equals of the last entry may stand beyond the walk, and come before it by what else orders.
    sure: sql<boolean>`((select ${last}(value) from walk) ${beyond} o0.value
      or (select count(*) from walk) < ${length})`,
  }
}
