import { type RawBuilder, sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import { all, type Condition } from '../../tracking/index.ts'
import { traceKey } from '../trace.ts'
import type { TraceClause } from './clause.ts'

type Column = RawBuilder<unknown>

/** The columns of a trace `t` that its attributes stand for. */
export const columns: Readonly<Record<string, { column: Column; type: 'text' | 'bigint'; nullable?: true }>> =
  {
    request_id: { column: sql`t.id`, type: 'text' },
    experiment_id: { column: sql`t.experiment_id`, type: 'bigint' },
    timestamp_ms: { column: sql`t.start_ms`, type: 'bigint' },
    execution_time_ms: { column: sql`t.duration_ms`, type: 'bigint', nullable: true },
    end_time_ms: { column: sql`(t.start_ms + coalesce(t.duration_ms, 0))`, type: 'bigint' },
    status: {
      column: sql`(case t.state when 'unspecified' then 'STATE_UNSPECIFIED' else upper(t.state) end)`,
      type: 'text',
    },
    client_request_id: { column: sql`t.client_request_id`, type: 'text', nullable: true },
    name: { column: sql`coalesce(t.name, t.root_name)`, type: 'text', nullable: true },
    run_id: { column: sql`(t.metadata ->> 'mlflow.sourceRun')`, type: 'text', nullable: true },
  }

/** Tags and metadata that are columns of their own. */
const promoted: Readonly<Record<string, Column>> = {
  [traceKey.name]: sql`coalesce(t.name, t.root_name)`,
  [traceKey.session]: sql`t.session`,
}

/** The conditions of a filter on traces `t`. Those on spans must hold for one and the same span. */
export function conditionsOf(clauses: readonly TraceClause[]): Condition[] {
  const spans = clauses.filter((clause) => clause.entity === 'span' || clause.key === 'text')
  const others = clauses.filter((clause) => !spans.includes(clause)).map(conditionOf)
  if (spans.length === 0) return others
  const one = sql<boolean>`exists (select from spans s where s.project_id = t.project_id and s.trace_id = t.id
    and ${all(spans.map(spanCondition))})`
  return [...others, one]
}

function conditionOf(clause: TraceClause): Condition {
  switch (clause.entity) {
    case 'attribute':
      return attributeCondition(clause)
    case 'tag':
      return compare(promoted[clause.key] ?? sql`(t.tags ->> ${clause.key}::text)`, clause)
    case 'metadata':
      return metadataCondition(clause)
    case 'issue':
      return sql<boolean>`exists (select from assessments a where a.project_id = t.project_id and a.trace_id = t.id
        and a.kind = 'issue' and a.name = ${clause.value})`
    default:
      return assessmentCondition(clause)
  }
}

function attributeCondition(clause: TraceClause): Condition {
  if (clause.key === 'prompt') return promptCondition(String(clause.value))
  if (clause.key === 'run_id' && clause.comparator === '=') {
    return sql<boolean>`(t.metadata ->> 'mlflow.sourceRun' = ${clause.value} or exists (select from trace_links l
      where l.project_id = t.project_id and l.trace_id = t.id and l.kind = 'run' and l.target = ${clause.value}))`
  }
  const known = columns[clause.key]
  if (known === undefined) throw new SlipwayError('invalid_argument', `Invalid attribute key '${clause.key}'`)
  return compare(known.column, clause)
}

function promptCondition(target: string): Condition {
  if (target.split('/').length !== 2) {
    throw new SlipwayError(
      'invalid_argument',
      `Invalid prompts filter value '${target}'. Expected format: prompt = "name/version"`,
    )
  }
  return sql<boolean>`exists (select from trace_links l where l.project_id = t.project_id and l.trace_id = t.id
    and l.kind = 'prompt' and l.target = ${target})`
}

function metadataCondition(clause: TraceClause): Condition {
  if (clause.key === 'mlflow.sourceRun') return attributeCondition({ ...clause, key: 'run_id' })
  const counts = { [traceKey.usage]: sql`t.usage`, [traceKey.cost]: sql`t.cost` }[clause.key]
  if (counts === undefined) {
    return compare(promoted[clause.key] ?? sql`(t.metadata ->> ${clause.key}::text)`, clause)
  }
  if (clause.value === null) return compare(counts, clause)
  if (clause.comparator !== '=' && clause.comparator !== '!=') {
    throw new SlipwayError(
      'invalid_argument',
      `Comparator '${clause.comparator}' is not supported for reserved metadata '${clause.key}'. ` +
        "Only '=', '!=', 'IS NULL', and 'IS NOT NULL' are supported.",
    )
  }
  return sql<boolean>`${counts} ${operator(clause.comparator)} ${jsonOr(String(clause.value))}::jsonb`
}

function jsonOr(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return 'null'
  }
}

function spanCondition(clause: TraceClause): Condition {
  const { key } = clause
  if (key === 'text' || key === 'content') return compare(sql`(s.name || ' ' || s.content)`, clause)
  if (key === 'name') return compare(sql`s.name`, clause)
  if (key === 'type') return compare(sql`s.type`, clause)
  if (key === 'status') return compare(sql`upper(s.status)`, clause)
  const attribute = key.slice('attributes.'.length)
  return compare(sql`(s.content::json -> 'attributes' ->> ${attribute}::text)`, clause)
}

/** What is said of a whole session (its metadata names one) holds for all traces of the session. */
function assessmentCondition(clause: TraceClause): Condition {
  const { comparator, value } = clause
  const named = sql`a.project_id = t.project_id and a.kind = ${clause.entity} and a.name = ${clause.key} and a.valid`
  const matches = value === null ? sql<boolean>`true` : valueCondition(comparator, value)
  const any = sql<boolean>`(exists (select from assessments a where ${named} and a.trace_id = t.id and ${matches})
    or t.session is not null and exists (select from assessments a join traces o
      on o.project_id = a.project_id and o.id = a.trace_id
      where ${named} and o.session = t.session and a.metadata ? 'mlflow.trace.session' and ${matches}))`
  return comparator === 'IS NULL' ? sql<boolean>`not ${any}` : any
}

function valueCondition(comparator: string, value: string | number | readonly string[]): Condition {
  const text = sql`(a.value::json #>> '{}')`
  if (typeof value !== 'number') return compare(text, { comparator, value })
  return sql<boolean>`(case when json_typeof(a.value::json) = 'number' then ${text}::double precision end
    ${operator(comparator)} ${value})`
}

/** `column comparator value` with the value as a parameter. The column never comes from a caller. */
function compare(
  column: Column,
  { comparator, value }: Pick<TraceClause, 'comparator' | 'value'>,
): Condition {
  if (comparator === 'IS NULL') return sql<boolean>`${column} is null`
  if (comparator === 'IS NOT NULL') return sql<boolean>`${column} is not null`
  if (comparator === 'IN') return sql<boolean>`${column} = any(${value}::text[])`
  if (comparator === 'NOT IN') return sql<boolean>`${column} <> all(${value}::text[])`
  if (comparator === 'LIKE') return sql<boolean>`${column} like ${value} escape ''`
  if (comparator === 'ILIKE') return sql<boolean>`${column} ilike ${value} escape ''`
  if (comparator === 'RLIKE') return sql<boolean>`${column} ~ ${value}`
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    return sql<boolean>`${column} ${operator(comparator)} ${value}::double precision`
  }
  return sql<boolean>`${column} ${operator(comparator)} ${value}`
}

const operators: Readonly<Record<string, Column>> = {
  '=': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
}

function operator(comparator: string): Column {
  const found = operators[comparator]
  if (found === undefined) throw new SlipwayError('invalid_argument', `Invalid comparator '${comparator}'`)
  return found
}
