import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { attributeOf } from './filter/grammar.ts'
import type { Order } from './filter/order.ts'
import type { SortKey } from './filter/sql.ts'
import { attribute } from './run-conditions.ts'

export interface Sorting {
  readonly keys: readonly SortKey[]
  /** One for each order that is not by an attribute, as `o0`, `o1`… by its place. */
  readonly joins: readonly RawBuilder<unknown>[]
}

/** NaN, then what lacks the key, come last either way; ties go to the latest start, then to the id. */
export function sortingOf(orders: readonly Order[]): Sorting {
  const joins: RawBuilder<unknown>[] = []
  const keys: SortKey[] = []
  for (const [index, order] of orders.entries()) {
    const key = attributeOf(order.key)
    if (order.entity === 'attribute') {
      const { column, type } = attribute(key)
      if (key === 'end_time') keys.push(absentLast(column))
      keys.push({ expression: column, type, ascending: order.ascending })
      continue
    }
    const alias = sql.ref(`o${index}.value`)
    joins.push(sql`left join ${tableOf(order)} ${sql.ref(`o${index}`)}
      on ${sql.ref(`o${index}.run_id`)} = r.id and ${sql.ref(`o${index}.key`)} = ${order.key}`)
    if (order.entity === 'metric') {
      const rank = sql`case when ${alias} = 'NaN' then 1 when ${alias} is null then 2 else 0 end`
      keys.push({ expression: rank, type: 'integer', ascending: true })
      keys.push({ expression: alias, type: 'double precision', ascending: order.ascending })
    } else {
      keys.push(absentLast(alias), {
        expression: sql`${alias} collate "C"`,
        type: 'text',
        ascending: order.ascending,
      })
    }
  }
  if (!orders.some((order) => order.entity === 'attribute' && attributeOf(order.key) === 'start_time')) {
    keys.push({ expression: sql`r.start_ms`, type: 'bigint', ascending: false })
  }
  keys.push({ expression: sql`r.id`, type: 'uuid', ascending: true })
  return { keys, joins }
}

function absentLast(expression: RawBuilder<unknown>): SortKey {
  return {
    expression: sql<SqlBool>`case when ${expression} is null then 1 else 0 end`,
    type: 'integer',
    ascending: true,
  }
}

function tableOf(order: Order): RawBuilder<unknown> {
  if (order.entity === 'metric') return sql`metric_summaries`
  if (order.entity === 'parameter') return sql`run_params`
  if (order.entity === 'tag') return sql`run_tags`
  throw new SlipwayError('invalid_argument', `Invalid identifier type '${order.entity}'`)
}
