import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import type { ImportRecord, PointsRecord, VersionRecord } from '../../contract/records.ts'
import type { Tx } from '../../store/store.ts'
import { type ModelFile, takeAliases, takeModel, takeVersion } from '../registry/index.ts'
import { type Point, takeExperiment, takeLinks, takeLoggedModel, takeRun } from '../tracking/index.ts'
import type { ImportDeps } from './deps.ts'
import type { createReader } from './reader.ts'
import { type NewItem, setItems } from './writer.ts'

export interface WriteCall {
  readonly principal: Principal
  readonly projectId: string
  readonly importId: string
  readonly records: readonly ImportRecord[]
  /** What locations of new experiments of the project begin with. */
  readonly home: string
}

type Reader = ReturnType<typeof createReader>

/**
 * Writes records in their order and answers what each thing is called here. Rows that follow each other are one
 * transaction, and so are points; what a call says is done is remembered last. All of it may be sent again.
 */
export async function writeRecords(deps: ImportDeps, reader: Reader, call: WriteCall): Promise<string[]> {
  refuseUnstorable(call.records)
  const experiments = await reader.experiments(call.importId)
  const targets = new Map<ImportRecord, string>()
  for (const stretch of stretches(call.records)) {
    const points = stretch.filter((record) => record.kind === 'points')
    if (points.length > 0)
      await Promise.all(points.map((record) => writePoints(deps, call.projectId, record)))
    else await writeRows(deps, call, stretch, experiments, targets)
  }
  const done = call.records.filter((record) => record.kind === 'done')
  const items = done.map(({ of, id, digest }): NewItem => ({ kind: of, sourceId: id, targetId: id, digest }))
  if (items.length > 0) await deps.store.housekeep((tx) => setItems(tx, call.importId, items))
  return call.records.map((record) => targets.get(record) ?? '')
}

/** Points alone, and everything else alone; what only says that something is done is no stretch. */
function stretches(records: readonly ImportRecord[]): ImportRecord[][] {
  const found: ImportRecord[][] = []
  for (const record of records) {
    if (record.kind === 'done') continue
    const last = found.at(-1)
    if (last !== undefined && (last[0]?.kind === 'points') === (record.kind === 'points')) last.push(record)
    else found.push([record])
  }
  return found
}

async function writeRows(
  deps: ImportDeps,
  call: WriteCall,
  rows: readonly ImportRecord[],
  experiments: Map<string, string>,
  targets: Map<ImportRecord, string>,
): Promise<void> {
  await deps.store.transact(call.principal, async (tx) => {
    for (const record of rows) targets.set(record, await writeRow(deps, tx, call, experiments, record))
    await setItems(tx, call.importId, experimentItems(rows, targets))
    await audit(tx, call, rows)
  })
  deps.tracking.forget()
}

async function writeRow(
  deps: ImportDeps,
  tx: Tx,
  { projectId, home }: WriteCall,
  experiments: Map<string, string>,
  record: ImportRecord,
): Promise<string> {
  switch (record.kind) {
    case 'experiment': {
      const taken = await takeExperiment(tx, { projectId, home }, record, experiments.get(record.id))
      experiments.set(record.id, taken.id)
      return taken.id
    }
    case 'run':
      await takeRun(tx, projectId, record, {
        ...movedOf(experiments, record.experiment_id),
        home,
      })
      return record.id
    case 'logged_model':
      await takeLoggedModel(tx, projectId, record, {
        ...movedOf(experiments, record.experiment_id),
        home,
      })
      return record.id
    case 'links':
      await takeLinks(tx, projectId, record)
      return record.run_id
    case 'model':
      await takeModel(tx, projectId, record)
      return record.name
    case 'version':
      await takeVersion(tx, projectId, await withFiles(deps, projectId, experiments, record))
      return `${record.model}/${record.version}`
    case 'aliases':
      await takeAliases(tx, projectId, record)
      return record.model
    default:
      throw new Error(`${record.kind} is no row`)
  }
}

function movedOf(experiments: ReadonlyMap<string, string>, id: string) {
  const to = experiments.get(id)
  if (to !== undefined) return { from: id, to }
  throw new SlipwayError('invalid_argument', `Experiment ${id} of the source was not imported before`)
}

/** The files of a version as those of the run or logged model it comes from, which were copied before. */
async function withFiles(
  { registry }: ImportDeps,
  projectId: string,
  experiments: ReadonlyMap<string, string>,
  record: VersionRecord,
) {
  const source = movedSource(record.source, experiments)
  const files: readonly ModelFile[] = await registry
    .takeIn({
      projectId,
      source,
      runId: record.run_id ?? undefined,
      loggedModelId: record.logged_model_id ?? undefined,
    })
    .then(
      (taken) => taken.files,
      (error: unknown) => {
        // A source that nothing here answers to is kept as text.
        if (error instanceof SlipwayError) return []
        throw error
      },
    )
  const signature = await registry.inspectFiles(files).catch(() => undefined)
  return { record, source, files, signature }
}

/** `mlflow-artifacts:/<experiment>/…` with the number that the experiment has here. */
function movedSource(source: string, experiments: ReadonlyMap<string, string>): string {
  return source.replace(/^mlflow-artifacts:(?:\/\/[^/]+)?\/+(\d+)(?=\/)/, (_all, id: string) => {
    return `mlflow-artifacts:/${experiments.get(id) ?? id}`
  })
}

async function writePoints(deps: ImportDeps, projectId: string, record: PointsRecord): Promise<void> {
  const { steps, times, values, key, run_id, models = [] } = record
  if (times.length !== steps.length || values.length !== steps.length) {
    throw new SlipwayError('invalid_argument', `steps, times and values of '${key}' are of different lengths`)
  }
  const linked = new Map(models.map((link) => [link.at, link]))
  const points = steps.map((step, at): Point => {
    const link = linked.get(at)
    return {
      key,
      step,
      time: times[at] ?? 0,
      value: Number(values[at]),
      modelId: link?.model_id,
      datasetName: link?.dataset_name ?? undefined,
      datasetDigest: link?.dataset_digest ?? undefined,
    }
  })
  await deps.tracking.logMetrics(projectId, run_id, points)
}

function experimentItems(
  rows: readonly ImportRecord[],
  targets: ReadonlyMap<ImportRecord, string>,
): NewItem[] {
  return rows.flatMap((record): NewItem[] =>
    record.kind === 'experiment'
      ? [{ kind: 'experiment', sourceId: record.id, targetId: targets.get(record) ?? '', digest: '' }]
      : [],
  )
}

async function audit(tx: Tx, call: WriteCall, rows: readonly ImportRecord[]): Promise<void> {
  const kinds = Map.groupBy(rows, (record) => record.kind)
  const counts = Object.fromEntries([...kinds].map(([kind, records]) => [kind, records.length]))
  await tx.audit({
    action: 'import.write',
    projectId: call.projectId,
    subjectType: 'import',
    subjectId: call.importId,
    details: counts,
  })
}

/** PostgreSQL keeps no NUL. */
function refuseUnstorable(records: readonly ImportRecord[]): void {
  if (!/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(records))) return
  throw new SlipwayError('invalid_argument', 'A text contains the character U+0000')
}
