import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../base/error.ts'
import { experimentNumber } from './experiment.ts'
import type { Clause } from './filter/clause.ts'
import { attributeOf } from './filter/grammar.ts'
import { type Condition, compare, compareNumber, type SortKey } from './filter/sql.ts'
import { contextTag, isRunId } from './run.ts'
import type { RunSearch } from './run-query.ts'

/** The runs that a search is among. */
export function scope(search: Omit<RunSearch, 'limit'>): Condition[] {
  const conditions: Condition[] = [sql<boolean>`r.project_id = ${search.projectId}`]
  if (search.experimentIds !== undefined) {
    const ids = search.experimentIds.map(experimentNumber)
    // With one id the index gives the default order; `any` would not.
    conditions.push(
      ids.length === 1
        ? sql<boolean>`r.experiment_id = ${ids[0]}`
        : sql<boolean>`r.experiment_id = any(${ids}::bigint[])`,
    )
  }
  if (search.view === 'deleted') conditions.push(sql<boolean>`r.deleted_ms is not null`)
  else if (search.view !== 'all') conditions.push(sql<boolean>`r.deleted_ms is null`)
  return conditions
}

export function conditionOf(clause: Clause): Condition {
  if (clause.entity === 'metric') {
    return sql<boolean>`exists (select from metric_summaries m where m.run_id = r.id
      and m.experiment_id = r.experiment_id and m.key = ${clause.key} and ${compareNumber(sql`m.value`, clause)})`
  }
  if (clause.entity === 'parameter') return textCondition(sql`run_params`, clause)
  if (clause.entity === 'tag') return textCondition(sql`run_tags`, clause)
  if (clause.entity === 'dataset') return datasetCondition(clause)
  return attributeCondition(clause)
}

/** That the experiments are the same need not be said, but it lets the indexes be used that begin with them. */
function textCondition(table: RawBuilder<unknown>, clause: Clause): Condition {
  const mine = sql`select from ${table} t where t.run_id = r.id and t.experiment_id = r.experiment_id
    and t.key = ${clause.key}`
  if (clause.comparator === 'IS NULL') return sql<boolean>`not exists (${mine})`
  if (clause.comparator === 'IS NOT NULL') return sql<boolean>`exists (${mine})`
  if (clause.comparator === '=') return sql<boolean>`exists (${mine} and ${equalText(String(clause.value))})`
  return sql<boolean>`exists (${mine} and ${compare(sql`t.value`, clause)})`
}

/** So many characters of values are in their index. */
export const indexedText = 128

/** That `t.value` is the text, by the index. */
export function equalText(text: string): Condition {
  const start = sql<boolean>`left(t.value, ${sql.lit(indexedText)}) = ${text.slice(0, indexedText)}`
  if (text.length < indexedText) return start
  return sql<boolean>`left(t.value, ${sql.lit(indexedText)}) = left(${text}::text, ${sql.lit(indexedText)})
    and t.value = ${text}`
}

function datasetCondition(clause: Clause): Condition {
  const columns: Record<string, RawBuilder<unknown>> = {
    name: sql`d.name`,
    digest: sql`d.digest`,
    context: sql`(i.tags ->> ${contextTag}::text)`,
  }
  const column = columns[clause.key] ?? sql`null`
  return sql<boolean>`exists (select from run_inputs i join run_datasets d on d.id = i.dataset_id
    where i.run_id = r.id and ${compare(column, clause)})`
}

const hexId = sql`replace(r.id::text, '-', '')`
const attributes: Readonly<Record<string, { column: RawBuilder<unknown>; type: SortKey['type'] }>> = {
  run_id: { column: sql`r.id`, type: 'uuid' },
  run_name: { column: sql`r.name collate "C"`, type: 'text' },
  user_id: { column: sql`r.user_name collate "C"`, type: 'text' },
  status: { column: sql`upper(r.status)`, type: 'text' },
  artifact_uri: { column: sql`r.artifact_uri collate "C"`, type: 'text' },
  start_time: { column: sql`r.start_ms`, type: 'bigint' },
  end_time: { column: sql`r.end_ms`, type: 'bigint' },
}

function attributeCondition(clause: Clause): Condition {
  const key = attributeOf(clause.key)
  if (key === 'run_id') return idCondition(clause)
  return compare(attribute(key).column, clause)
}

function idCondition(clause: Clause): Condition {
  const ids = Array.isArray(clause.value) ? clause.value : [clause.value]
  const known = ids.filter((id) => typeof id === 'string' && isRunId(id))
  const among = sql<boolean>`r.id = any(${known}::uuid[])`
  if (clause.comparator === '=' || clause.comparator === 'IN') return among
  if (clause.comparator === '!=' || clause.comparator === 'NOT IN') return sql<boolean>`not ${among}`
  return compare(hexId, clause)
}

export function attribute(key: string) {
  const found = Object.hasOwn(attributes, key) ? attributes[key] : undefined
  if (found === undefined)
    throw new SlipwayError('invalid_argument', `Invalid attribute key '${key}' specified.`)
  return found
}

/** The same for a table with the experiment of each row, as `t`. */
export function experimentsOf(search: Pick<RunSearch, 'projectId' | 'experimentIds'>): Condition {
  if (search.experimentIds === undefined) {
    return sql<boolean>`t.experiment_id = any(array(select id from experiments where project_id = ${search.projectId}))`
  }
  const ids = search.experimentIds.map(experimentNumber)
  return ids.length === 1
    ? sql<boolean>`t.experiment_id = ${ids[0]}`
    : sql<boolean>`t.experiment_id = any(${ids}::bigint[])`
}
