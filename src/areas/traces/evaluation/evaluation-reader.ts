import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Store } from '../../../store/store.ts'
import { decodeCursor, encodeCursor } from '../../tracking/index.ts'
import { assessmentsOf } from '../assessment-row.ts'
import { infoOf, type TraceRow } from '../row.ts'
import type { TraceInfo } from '../trace.ts'

/** What one scorer said of all records of a run. */
export interface ScorerResult {
  readonly name: string
  readonly scored: number
  readonly failed: number
  /** Of yes/no verdicts: how many were yes; null when its values are none. */
  readonly passed: number | null
  readonly mean: number | null
}

/** A run whose traces were scored. */
export interface Evaluation {
  readonly runId: string
  readonly name: string
  readonly experimentId: string
  readonly start: number
  readonly records: number
  readonly dataset: string | null
  readonly scorers: readonly ScorerResult[]
}

/** Feedback that a run's scorers gave; people's own later words are apart. */
const ofRun = sql`a.run_id is not null and a.kind = 'feedback' and a.valid`

export function createEvaluationReader(store: Store) {
  /** The latest first, a page at a time. */
  async function evaluations(
    projectId: string,
    wanted: {
      experimentId?: string | undefined
      runId?: string | undefined
      limit: number
      cursor?: string | undefined
    },
  ): Promise<{ evaluations: Evaluation[]; next?: string }> {
    const [ms, id] =
      wanted.cursor === undefined ? [null, null] : decodeCursor(wanted.cursor, wanted.experimentId, 2)
    const { rows } =
      await sql<Row>`select replace(r.id::text, '-', '') as id, r.name, r.experiment_id::text as experiment_id,
        r.start_ms, (select d.name from run_inputs i join run_datasets d on d.id = i.dataset_id
          where i.run_id = r.id order by d.name limit 1) as dataset
      from runs r where r.project_id = ${projectId} and r.deleted_ms is null
        and ${wanted.experimentId === undefined ? sql`true` : sql`r.experiment_id::text = ${wanted.experimentId}`}
        and ${wanted.runId === undefined ? sql`true` : sql`r.id = ${wanted.runId}::uuid`}
        and ${ms === null ? sql`true` : sql`(r.start_ms, r.id) < (${ms}::bigint, ${id}::uuid)`}
        and exists (select from assessments a where a.project_id = ${projectId}
          and a.run_id = replace(r.id::text, '-', '') and ${ofRun})
      order by r.start_ms desc, r.id desc limit ${wanted.limit + 1}`.execute(store.read)
    const page = rows.slice(0, wanted.limit)
    const results = await resultsOf(
      projectId,
      page.map((row) => row.id),
    )
    const last = rows.length > wanted.limit ? page.at(-1) : undefined
    return {
      evaluations: page.map((row) => evaluationOf(row, results.get(row.id) ?? [])),
      ...(last === undefined
        ? {}
        : { next: encodeCursor([String(last.start_ms), last.id], wanted.experimentId) }),
    }
  }

  async function evaluation(projectId: string, runId: string): Promise<Evaluation> {
    const { evaluations: found } = await evaluations(projectId, { runId, limit: 1 })
    const [first] = found
    if (first === undefined) throw new SlipwayError('not_found', `Run ${runId} scored nothing.`)
    return first
  }

  /** The traces that were scored, with what the run's scorers and people said. */
  async function scoredTraces(
    projectId: string,
    runId: string,
    limit: number,
    cursor?: string,
  ): Promise<{ traces: TraceInfo[]; next?: string }> {
    const [ms, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, runId, 2)
    const { rows } = await sql<TraceRow>`select t.* from traces t where t.project_id = ${projectId}
        and exists (select from assessments a where a.project_id = t.project_id and a.trace_id = t.id
          and a.run_id = ${runId})
        and ${ms === null ? sql`true` : sql`(t.start_ms, t.id) > (${ms}::bigint, ${id})`}
      order by t.start_ms, t.id limit ${limit + 1}`.execute(store.read)
    const page = rows.slice(0, limit)
    const ids = page.map((row) => row.id)
    const said = await assessmentsOf(store.read, projectId, ids)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      traces: page.map((row) =>
        infoOf(
          row,
          (said.get(row.id) ?? []).filter((one) => one.runId === null || one.runId === runId),
        ),
      ),
      ...(last === undefined ? {} : { next: encodeCursor([String(last.start_ms), last.id], runId) }),
    }
  }

  async function resultsOf(projectId: string, runIds: readonly string[]): Promise<Map<string, ResultRow[]>> {
    const { rows } = await sql<ResultRow>`with said as (
        select a.run_id, a.name, a.trace_id, a.error is not null as failed,
          case when a.error is not null then null
            when json_typeof(a.value::json) = 'boolean' or lower(trim(a.value, '" ')) in ('yes', 'no', 'pass', 'fail')
              then lower(trim(a.value, '" ')) in ('true', 'yes', 'pass') end as verdict,
          case when json_typeof(a.value::json) = 'number' then a.value::double precision end as number
        from assessments a where a.project_id = ${projectId} and a.run_id = any(${runIds}::text[]) and ${ofRun})
      select run_id, name, count(*) filter (where not failed) as scored, count(*) filter (where failed) as failed,
        count(verdict) as verdicts, count(*) filter (where verdict) as passed,
        avg(coalesce(number, verdict::int)) as mean,
        (select count(distinct o.trace_id) from said o where o.run_id = said.run_id) as records
      from said group by run_id, name order by run_id, name`.execute(store.read)
    return Map.groupBy(rows, (row) => row.run_id)
  }

  return { evaluations, evaluation, scoredTraces }
}

interface Row {
  readonly id: string
  readonly name: string
  readonly experiment_id: string
  readonly start_ms: number
  readonly dataset: string | null
}

interface ResultRow {
  readonly run_id: string
  readonly name: string
  readonly scored: number
  readonly failed: number
  readonly verdicts: number
  readonly passed: number
  readonly mean: number | null
  readonly records: number
}

function evaluationOf(row: Row, results: readonly ResultRow[]): Evaluation {
  return {
    runId: row.id,
    name: row.name,
    experimentId: row.experiment_id,
    start: row.start_ms,
    records: results[0]?.records ?? 0,
    dataset: row.dataset,
    scorers: results.map((one) => ({
      name: one.name,
      scored: one.scored,
      failed: one.failed,
      passed: one.verdicts === 0 ? null : one.passed,
      mean: one.mean,
    })),
  }
}
