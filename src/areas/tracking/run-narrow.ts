import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import type { Clause } from './filter/clause.ts'
import { attributeOf } from './filter/grammar.ts'
import { type Condition, compare, compareNumber } from './filter/sql.ts'
import { equalText, indexedText } from './run-conditions.ts'

/** So many runs are looked at one by one faster than any other plan goes. */
const few = 1000

/**
 * The clause that an index says few runs fulfil, as a query of their ids; undefined when none is so selective.
 * Counted rather than estimated: it costs at most a few thousand entries of an index, and is never wrong.
 */
export async function narrowest(
  store: Store,
  experiments: Condition,
  clauses: readonly Clause[],
): Promise<RawBuilder<unknown> | undefined> {
  const queries = clauses.flatMap((clause) => indexed(clause, experiments) ?? [])
  if (queries.length === 0) return undefined
  // In the order of their index, so that no plan fetches more than is counted.
  const counts = queries.map(
    ({ ids, order }) => sql`(select count(*) from (${ids} order by ${order} limit ${few + 1}) c)`,
  )
  const { rows } = await sql<{
    counts: number[]
  }>`select array[${sql.join(counts)}]::int[] as counts`.execute(store.read)
  const found = rows[0]?.counts ?? []
  const least = Math.min(...found)
  return least > few ? undefined : queries[found.indexOf(least)]?.ids
}

/** Whether a clause alone can be answered from an index; what can't must look at every run that the others leave. */
export function isIndexed(clause: Clause): boolean {
  return indexed(clause, sql<boolean>`true`) !== undefined
}

interface Indexed {
  readonly ids: RawBuilder<unknown>
  /** Of the index. */
  readonly order: RawBuilder<unknown>
}

function indexed(clause: Clause, experiments: Condition): Indexed | undefined {
  const { entity, key, comparator } = clause
  const of = (table: string, id: string, condition: Condition, order: RawBuilder<unknown>): Indexed => ({
    ids: sql`select ${sql.ref(id)} as id from ${sql.table(table)} t where ${experiments} and ${condition}`,
    order,
  })
  if (entity === 'metric' && comparator !== '!=') {
    const value = sql<boolean>`t.key = ${key} and ${compareNumber(sql`t.value`, clause)}`
    return of('metric_summaries', 't.run_id', value, sql`t.experiment_id, t.key, t.value`)
  }
  if (entity === 'parameter' || entity === 'tag') {
    const value = textRange(clause)
    const order = sql`t.experiment_id, t.key, left(t.value, ${sql.lit(indexedText)})`
    const table = entity === 'tag' ? 'run_tags' : 'run_params'
    return value && of(table, 't.run_id', sql<boolean>`t.key = ${key} and ${value}`, order)
  }
  if (entity !== 'attribute' || !['=', '<', '<=', '>', '>='].includes(comparator)) return undefined
  const name = attributeOf(key)
  if (name === 'run_name') {
    return of('runs', 't.id', sql<boolean>`t.name = ${clause.value}`, sql`t.experiment_id, t.name`)
  }
  if (name === 'start_time') {
    return of('runs', 't.id', compare(sql`t.start_ms`, clause), sql`t.experiment_id, t.start_ms`)
  }
  return undefined
}

function textRange(clause: Clause): Condition | undefined {
  const { comparator, value } = clause
  if (comparator === 'IS NOT NULL') return sql<boolean>`true`
  if (typeof value !== 'string') return undefined
  if (comparator === '=') return equalText(value)
  const start = sql`left(t.value, ${sql.lit(indexedText)})`
  const prefix = comparator === 'LIKE' ? (/^[^%_]{1,128}/.exec(value)?.[0] ?? '') : ''
  if (prefix === '') return undefined
  const end = `${prefix}\u{10ffff}`
  return sql<boolean>`${start} >= ${prefix} and ${start} <= ${end} and ${compare(sql`t.value`, clause)}`
}
