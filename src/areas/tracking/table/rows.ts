import { sql } from 'kysely'
import type { TableRun } from '../../../contract/run-table.ts'
import type { Store } from '../../../store/store.ts'
import { wireValue } from '../metric.ts'
import type { RunInfo } from '../run.ts'
import { hex } from '../run-row.ts'

/** The tag by which clients say of which run another is a part. */
export const parentTag = 'mlflow.parentRunId'

export interface ColumnKey {
  readonly kind: 'metrics' | 'params' | 'tags'
  readonly key: string
}

/** Reads `metrics.val/loss`; the contract has checked its form. */
export function columnKey(name: string): ColumnKey {
  const dot = name.indexOf('.')
  const kind = name.slice(0, dot)
  return { kind: kind === 'metrics' || kind === 'params' ? kind : 'tags', key: name.slice(dot + 1) }
}

/** The runs of one page with the columns asked for and how many children each has. */
export async function tableRows(
  store: Store,
  runs: readonly RunInfo[],
  columns: readonly string[],
): Promise<TableRun[]> {
  const ids = runs.map((run) => run.id)
  const keys = columns.map(columnKey)
  const values = new Map(ids.map((id) => [id, new Array<TableRun['values'][number]>(keys.length).fill(null)]))
  const [children] = await Promise.all([
    childCounts(store, ids),
    ...(['metrics', 'params', 'tags'] as const).map((kind) => fill(store, ids, keys, kind, values)),
  ])
  return runs.map((run) => ({
    id: run.id,
    name: run.name,
    experiment_id: run.experimentId,
    status: run.status,
    user: run.user,
    source: run.source,
    start: run.start,
    end: run.end,
    children: children.get(run.id) ?? 0,
    values: values.get(run.id) ?? [],
  }))
}

async function fill(
  store: Store,
  ids: readonly string[],
  columns: readonly ColumnKey[],
  kind: ColumnKey['kind'],
  into: Map<string, TableRun['values']>,
): Promise<void> {
  const places = new Map(columns.flatMap((one, at) => (one.kind === kind ? [[one.key, at] as const] : [])))
  if (places.size === 0 || ids.length === 0) return
  const table =
    kind === 'metrics' ? sql`metric_summaries` : kind === 'params' ? sql`run_params` : sql`run_tags`
  const { rows } = await sql<{ run_id: string; key: string; value: string | number }>`
    select run_id, key, value from ${table}
    where run_id = any(${ids}::uuid[]) and key = any(${[...places.keys()]}::text[])`.execute(store.read)
  for (const row of rows) {
    const at = places.get(row.key)
    const values = into.get(hex(row.run_id))
    if (at === undefined || values === undefined) continue
    values[at] = typeof row.value === 'number' ? wireValue(row.value) : row.value
  }
}

async function childCounts(store: Store, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  // The index holds the first 128 characters of values: an id is 32.
  const { rows } = await sql<{ parent: string; n: string | number }>`
    select left(t.value, 128) as parent, count(*) as n from run_tags t join runs c on c.id = t.run_id
    where t.key = ${parentTag} and left(t.value, 128) = any(${ids}::text[]) and c.deleted_ms is null
    group by 1`.execute(store.read)
  return new Map(rows.map((row) => [row.parent, Number(row.n)]))
}
