import type { ExperimentRecord, PointsRecord, RunRecord } from '../../../contract/records.ts'
import type { Source, SourceModel, SourceRun, Warn } from '../source.ts'
import type { Database, Row } from './database.ts'
import { directoryOf, filesBelow, type Places } from './local-files.ts'
import { linkPoints, type ModelPoint } from './model-points.ts'
import { registeredModels } from './store-models.ts'
import { modelStatus, runStatus, whole } from './wire.ts'

export interface StoreOptions {
  readonly name: string
  readonly database: Database
  readonly places: Places
  readonly warn: Warn
}

const pointsPerRecord = 10_000

/** MLflow's own tables, read directly: no server needs to run. */
export function openStore(options: StoreOptions): Source {
  const { database, places, warn } = options
  const warned = new Set<string>()

  /** Its own here when the files can be copied, else where it was. */
  function kept(uri: string): string {
    if (uri.startsWith('mlflow-artifacts:')) return uri
    if (uri === '' || directoryOf(uri, places) !== undefined) return ''
    const scheme = uri.replace(/:.*/s, '')
    if (!warned.has(scheme)) warn(`Files at ${scheme}: stay where they are; only their addresses are copied.`)
    warned.add(scheme)
    return uri
  }

  function files(uri: string) {
    const directory = directoryOf(uri, places)
    return directory === undefined ? none() : filesBelow(directory)
  }

  async function* experiments(): AsyncGenerator<ExperimentRecord> {
    const rows = await database.rows('select * from experiments order by experiment_id')
    for (const row of rows) {
      const id = String(row.experiment_id)
      yield {
        kind: 'experiment',
        id,
        name: textOf(row.name),
        artifact_location: kept(textOf(row.artifact_location)),
        deleted: row.lifecycle_stage === 'deleted',
        created: whole(row.creation_time as number),
        updated: whole(row.last_update_time as number),
        tags: await texts(database, 'experiment_tags', 'experiment_id', Number(id)),
      }
    }
  }

  async function* runs(experimentId: string): AsyncGenerator<SourceRun> {
    const rows = await database.rows(
      'select * from runs where experiment_id = $1 order by start_time, run_uuid',
      [Number(experimentId)],
    )
    const models = await database.has('logged_model_metrics')
    for (const row of rows) {
      const id = textOf(row.run_uuid)
      const uri = textOf(row.artifact_uri)
      const latest = await database.rows('select * from latest_metrics where run_uuid = $1 order by key', [
        id,
      ])
      const linked = models ? await modelPoints(database, id) : []
      yield {
        record: await runRecord(database, row, kept(uri)),
        links: { kind: 'links', run_id: id, models: await links(database, id) },
        latest: [latest.map(plain), linked],
        points: () => points(database, id, linked),
        files: () => files(uri),
      }
    }
  }

  async function* loggedModels(experimentId: string): AsyncGenerator<SourceModel> {
    if (!(await database.has('logged_models'))) return
    const rows = await database.rows(
      'select * from logged_models where experiment_id = $1 order by creation_timestamp_ms, model_id',
      [Number(experimentId)],
    )
    for (const row of rows) {
      const id = textOf(row.model_id)
      const uri = textOf(row.artifact_location)
      yield {
        record: {
          kind: 'logged_model',
          id,
          experiment_id: experimentId,
          name: textOf(row.name),
          model_type: textOf(row.model_type),
          source_run_id: textOf(row.source_run_id) || null,
          status: modelStatus(whole(row.status as number)),
          artifact_uri: kept(uri),
          params: await texts(database, 'logged_model_params', 'model_id', id, 'param_'),
          tags: await texts(database, 'logged_model_tags', 'model_id', id, 'tag_'),
          deleted: row.lifecycle_stage === 'deleted',
          created: whole(row.creation_timestamp_ms as number),
          updated: whole(row.last_updated_timestamp_ms as number),
        },
        files: () => files(uri),
      }
    }
  }

  return {
    name: options.name,
    experiments,
    runs,
    loggedModels,
    models: () => registeredModels(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

async function* none(): AsyncGenerator<never> {}

async function runRecord(database: Database, row: Row, artifactUri: string): Promise<RunRecord> {
  const id = textOf(row.run_uuid)
  const tags = await texts(database, 'tags', 'run_uuid', id)
  return {
    kind: 'run',
    id,
    experiment_id: String(row.experiment_id),
    name: textOf(row.name) || (tags['mlflow.runName'] ?? ''),
    user: textOf(row.user_id),
    status: runStatus(textOf(row.status)),
    start: row.start_time === null ? null : whole(row.start_time as number),
    end: row.end_time === null ? null : whole(row.end_time as number),
    deleted: row.lifecycle_stage === 'deleted',
    artifact_uri: artifactUri,
    params: await texts(database, 'params', 'run_uuid', id),
    tags,
    datasets: await datasets(database, id),
  }
}

async function datasets(database: Database, runId: string): Promise<RunRecord['datasets']> {
  if (!(await database.has('inputs'))) return []
  const rows = await database.rows(
    `select d.*, i.input_uuid from inputs i join datasets d on d.dataset_uuid = i.source_id
      where i.destination_type = 'RUN' and i.source_type = 'DATASET' and i.destination_id = $1 order by d.name, d.digest`,
    [runId],
  )
  return await Promise.all(
    rows.map(async (row) => {
      const tags = await database.rows('select name, value from input_tags where input_uuid = $1', [
        textOf(row.input_uuid),
      ])
      return {
        name: textOf(row.name),
        digest: textOf(row.digest),
        source_type: textOf(row.dataset_source_type),
        source: textOf(row.dataset_source),
        schema: row.dataset_schema === null ? null : textOf(row.dataset_schema),
        profile: row.dataset_profile === null ? null : textOf(row.dataset_profile),
        tags: Object.fromEntries(tags.map((tag) => [textOf(tag.name), textOf(tag.value)])),
      }
    }),
  )
}

async function links(database: Database, runId: string) {
  if (!(await database.has('logged_models'))) return []
  const read = await database.rows(
    "select destination_id from inputs where source_type = 'RUN_INPUT' and source_id = $1",
    [runId],
  )
  const made = await database.rows(
    "select destination_id, step from inputs where source_type = 'RUN_OUTPUT' and source_id = $1",
    [runId],
  )
  return [
    ...read.map((row) => ({
      model_id: textOf(row.destination_id),
      direction: 'input' as const,
      step: 0,
    })),
    ...made.map((row) => ({
      model_id: textOf(row.destination_id),
      direction: 'output' as const,
      step: whole(row.step as number),
    })),
  ]
}

async function modelPoints(database: Database, runId: string): Promise<ModelPoint[]> {
  const rows = await database.rows(
    `select * from logged_model_metrics where run_id = $1
      order by model_id, metric_name, metric_timestamp_ms, metric_step`,
    [runId],
  )
  return rows.map((row) => ({
    runId,
    key: textOf(row.metric_name),
    step: whole(row.metric_step as number),
    time: whole(row.metric_timestamp_ms as number),
    value: row.metric_value === null ? Number.NaN : Number(row.metric_value),
    modelId: textOf(row.model_id),
    datasetName: textOf(row.dataset_name) || null,
    datasetDigest: textOf(row.dataset_digest) || null,
  }))
}

async function* points(
  database: Database,
  runId: string,
  linked: readonly ModelPoint[],
): AsyncGenerator<PointsRecord> {
  const found = database.each(
    `select key, step, timestamp, value, is_nan from metrics where run_uuid = $1
      order by key, timestamp, step, value`,
    [runId],
  )
  let open: { key: string; steps: number[]; times: number[]; values: PointsRecord['values'] } | undefined
  const record = (of: NonNullable<typeof open>) =>
    linkPoints(
      { kind: 'points', run_id: runId, ...of },
      linked.filter((point) => point.key === of.key),
    )
  for await (const row of found) {
    const key = textOf(row.key)
    if (open !== undefined && (open.key !== key || open.steps.length >= pointsPerRecord)) {
      yield record(open)
      open = undefined
    }
    open ??= { key, steps: [], times: [], values: [] }
    open.steps.push(whole(row.step as number))
    open.times.push(whole(row.timestamp as number))
    open.values.push(Number(row.is_nan) !== 0 ? 'NaN' : Number(row.value))
  }
  if (open !== undefined) yield record(open)
}

/** The pairs of one thing; `prefix` is what the names of their columns begin with. */
export async function texts(
  database: Database,
  table: string,
  column: string,
  id: string | number,
  prefix = '',
): Promise<Record<string, string>> {
  const rows = await database.rows(
    `select ${prefix}key as key, ${prefix}value as value from ${table} where ${column} = $1 order by 1`,
    [id],
  )
  return Object.fromEntries(rows.map((row) => [textOf(row.key), textOf(row.value)]))
}

export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

function plain(row: Row): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))
}
