import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../../../store/store.ts'

/*
 * Keys and values for completion come from the newest and the oldest runs only: so the answer takes as long at a
 * million runs as at a thousand, and of other projects nothing is seen.
 */
const newest = 1500
const oldest = 300
const mostKeys = 5000
const mostValues = 50

interface Scope {
  readonly projectId: string
  readonly experimentIds?: readonly string[] | undefined
}

function sample(scope: Scope): RawBuilder<unknown> {
  const where = sql`project_id = ${scope.projectId} and deleted_ms is null ${
    scope.experimentIds === undefined
      ? sql``
      : sql`and experiment_id = any(${scope.experimentIds.map(Number)}::bigint[])`
  }`
  return sql`sample as materialized (
    (select * from runs where ${where} order by start_ms desc, id limit ${newest}) union
    (select * from runs where ${where} order by start_ms, id desc limit ${oldest}))`
}

/** The keys that runs have, the most used first. */
export async function runKeys(
  store: Store,
  scope: Scope,
): Promise<{ metrics: string[]; params: string[]; tags: string[] }> {
  const keysOf = async (table: RawBuilder<unknown>) => {
    const { rows } = await sql<{ key: string }>`with ${sample(scope)}
      select t.key from sample s join ${table} t on t.run_id = s.id
      group by 1 order by count(*) desc, 1 limit ${mostKeys}`.execute(store.read)
    return rows.map((row) => row.key)
  }
  const [metrics, params, tags] = await Promise.all([
    keysOf(sql`metric_summaries`),
    keysOf(sql`run_params`),
    keysOf(sql`run_tags`),
  ])
  return { metrics, params, tags }
}

const attributes: Readonly<Record<string, RawBuilder<unknown>>> = {
  run_name: sql`s.name`,
  user_id: sql`s.user_name`,
  status: sql`upper(s.status)`,
}

/** Values that begin with a prefix (whatever its case), the most used first; nothing for what has no such values. */
export async function runValues(store: Store, scope: Scope, of: string, prefix: string): Promise<string[]> {
  const dot = of.indexOf('.')
  const [kind, key] = [of.slice(0, dot), of.slice(dot + 1)]
  const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined
  if (kind === 'attributes' && attribute === undefined) return []
  const table = kind === 'params' ? sql`run_params` : sql`run_tags`
  const value = kind === 'attributes' && attribute !== undefined ? attribute : sql`t.value`
  const join = kind === 'attributes' ? sql`` : sql`join ${table} t on t.run_id = s.id and t.key = ${key}`
  const { rows } = await sql<{ value: string }>`with ${sample(scope)}
    select left(${value}, 250) as value from sample s ${join}
    where starts_with(lower(${value}), ${prefix.toLowerCase()})
    group by 1 order by count(*) desc, 1 limit ${mostValues}`.execute(store.read)
  return rows.map((row) => row.value)
}
