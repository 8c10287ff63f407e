import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import {
  isRunId,
  type KeyValue,
  type Run,
  type RunDataset,
  type RunInfo,
  type RunModel,
  type Summary,
} from './run.ts'
import { type Pieces, readPieces } from './run-pieces.ts'
import { hex, infoOf, tagsOf } from './run-row.ts'

const mostRecounted = 20_000

/** What hangs on runs, for one page of them at a time. */
export function createRunReader(store: Store, recount: (id: string, key: string) => Promise<number>) {
  async function info(projectId: string, id: string): Promise<RunInfo | undefined> {
    if (!isRunId(id)) return undefined
    const row = await store.read
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .executeTakeFirst()
    return row === undefined ? undefined : infoOf(row)
  }

  async function run(projectId: string, id: string): Promise<Run | undefined> {
    const found = await info(projectId, id)
    const [whole] = found === undefined ? [] : await withDetails([found])
    return whole
  }

  /** Calls that log again what is there, and more, leave the count too great until the run is compacted. */
  async function counted(run: Run): Promise<Run> {
    const { id, metrics } = run
    const rows = await store.read
      .selectFrom('metric_summaries')
      .select('key')
      .where('run_id', '=', id)
      .where('exact', '=', false)
      .where('count', '<=', mostRecounted)
      .execute()
    if (rows.length === 0) return run
    const keys = new Set(rows.map((row) => row.key))
    const exact = metrics.map(async (metric) =>
      keys.has(metric.key) ? { ...metric, count: await recount(id, metric.key) } : metric,
    )
    return { ...run, metrics: await Promise.all(exact) }
  }

  async function withDetails(runs: readonly RunInfo[]): Promise<Run[]> {
    if (runs.length === 0) return []
    const plain = runs.map((one) => one.id)
    const ids = sql<string>`any(${plain}::uuid[])`
    const [params, tags, metrics, datasets, models] = await Promise.all([
      texts('run_params', plain),
      texts('run_tags', plain),
      summaries(plain),
      inputs(ids),
      modelsOf(ids),
    ])
    return runs.map((one) => ({
      ...one,
      params: params.get(one.id) ?? [],
      tags: tags.get(one.id) ?? [],
      metrics: metrics.get(one.id) ?? [],
      datasets: datasets.get(one.id) ?? [],
      models: models.get(one.id) ?? [],
    }))
  }

  async function texts(
    table: 'run_params' | 'run_tags',
    ids: readonly string[],
  ): Promise<Map<string, KeyValue[]>> {
    const pieces = await readPieces(store, table, [sql`key`, sql`value`], ids)
    return mapped(pieces, ([key = '', value = '']) => ({ key, value }))
  }

  async function summaries(ids: readonly string[]): Promise<Map<string, Summary[]>> {
    const columns = [
      ...[sql`key`, sql`value::text`, sql`step::text`, sql`time_ms::text`, sql`count::text`],
      ...[sql`coalesce(min::text, '')`, sql`coalesce(max::text, '')`],
    ]
    const pieces = await readPieces(store, 'metric_summaries', columns, ids)
    return mapped(pieces, ([key = '', value, step, time, count, min, max]) => ({
      key,
      value: Number(value),
      step: Number(step),
      time: Number(time),
      min: min === '' ? null : Number(min),
      max: max === '' ? null : Number(max),
      count: Number(count),
    }))
  }

  async function inputs(ids: Ids): Promise<Map<string, RunDataset[]>> {
    const rows = await store.read
      .selectFrom('run_inputs as i')
      .innerJoin('run_datasets as d', 'd.id', 'i.dataset_id')
      .select([
        'i.run_id',
        'i.tags',
        'd.name',
        'd.digest',
        'd.source_type',
        'd.source',
        'd.schema',
        'd.profile',
      ])
      .where('i.run_id', '=', ids)
      .orderBy('d.id')
      .execute()
    return byRun(rows, (row) => ({
      name: row.name,
      digest: row.digest,
      sourceType: row.source_type,
      source: row.source,
      schema: row.schema,
      profile: row.profile,
      tags: tagsOf(row.tags),
    }))
  }

  async function modelsOf(ids: Ids): Promise<Map<string, RunModel[]>> {
    const rows = await store.read
      .selectFrom('run_models')
      .selectAll()
      .where('run_id', '=', ids)
      .orderBy('step')
      .orderBy('model_id')
      .execute()
    return byRun(rows, (row) => ({
      modelId: row.model_id,
      direction: row.direction === 'input' ? 'input' : 'output',
      step: row.step,
    }))
  }

  return { info, run, withDetails, counted }
}

type Ids = ReturnType<typeof sql<string>>

function mapped<T>(pieces: Pieces, make: (row: readonly string[]) => T): Map<string, T[]> {
  return new Map([...pieces].map(([id, rows]) => [id, rows.map(make)]))
}

function byRun<Row extends { run_id: string }, T>(
  rows: readonly Row[],
  make: (row: Row) => T,
): Map<string, T[]> {
  const found = new Map<string, T[]>()
  let uuid = ''
  let list: T[] = []
  for (const row of rows) {
    if (row.run_id !== uuid) {
      uuid = row.run_id
      const id = hex(uuid)
      list = found.get(id) ?? []
      found.set(id, list)
    }
    list.push(make(row))
  }
  return found
}
