import { sql } from 'kysely'
import type { RunGroup } from '../../../contract/run-table.ts'
import type { Store } from '../../../store/store.ts'
import { all } from '../filter/sql.ts'
import { wireValue } from '../metric.ts'
import { matching, type RunSearch } from '../run-search.ts'
import { columnKey } from './rows.ts'

type Search = Omit<RunSearch, 'limit' | 'cursor' | 'order'>

const mostGroups = 1000

export async function countRuns(store: Store, search: Search): Promise<{ runs: number; running: number }> {
  const { rows } = await sql<{ runs: number; running: number }>`
    select count(*)::int as runs, (count(*) filter (where r.status = 'running'))::int as running
    from runs r where ${all(matching(search))}`.execute(store.read)
  return rows[0] ?? { runs: 0, running: 0 }
}

interface Row {
  readonly value: string | null
  readonly runs: number
  readonly running: number
  readonly failed: number
  readonly last_start: string | number
}

/** The groups of a search, the largest first, with each metric over the runs that have it; NaN counts as not having it. */
export async function groupRuns(
  store: Store,
  search: Search,
  by: string,
  metrics: readonly string[],
): Promise<RunGroup[]> {
  const { kind, key } = columnKey(by)
  const value = by === 'experiment' ? sql`r.experiment_id::text` : sql`g.value`
  const table = kind === 'params' ? sql`run_params` : sql`run_tags`
  const join = by === 'experiment' ? sql`` : sql`left join ${table} g on g.run_id = r.id and g.key = ${key}`
  const from = sql`from runs r ${join} where ${all(matching(search))}`
  const { rows } = await sql<Row>`select ${value} as value, count(*)::int as runs,
      (count(*) filter (where r.status = 'running'))::int as running,
      (count(*) filter (where r.status = 'failed'))::int as failed, max(r.start_ms) as last_start
    ${from} group by 1 order by 2 desc, 1 limit ${mostGroups}`.execute(store.read)
  const aggregates = await aggregatesOf()
  return rows.map((row) => ({
    ...row,
    last_start: Number(row.last_start),
    aggregates: metrics.map(
      (metric) => aggregates.get(`${row.value === null ? 0 : 1}${row.value}\n${metric}`) ?? null,
    ),
  }))

  async function aggregatesOf() {
    if (metrics.length === 0 || rows.length === 0) return new Map<string, RunGroup['aggregates'][number]>()
    const found = await sql<{
      value: string | null
      key: string
      runs: number
      mean: number
      min: number
      max: number
    }>`
      with found as materialized (select r.id, ${value} as value ${from})
      select f.value, m.key, count(*)::int as runs, avg(m.value) as mean, min(m.value) as min, max(m.value) as max
      from found f join metric_summaries m on m.run_id = f.id
      where m.key = any(${metrics}::text[]) and m.value <> 'NaN' group by 1, 2`.execute(store.read)
    return new Map(
      found.rows.map((row) => [
        `${row.value === null ? 0 : 1}${row.value}\n${row.key}`,
        { runs: row.runs, mean: wireValue(row.mean), min: wireValue(row.min), max: wireValue(row.max) },
      ]),
    )
  }
}
