import { join } from 'node:path'
import { SlipwayError } from '../../../base/error.ts'
import type { SchemaColumn } from '../../../contract/data.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'
import { localPaths, putFile, quote, withScratch } from './scratch.ts'

interface Collect {
  readonly cycle_id: string
  readonly deployment_id: string
  readonly dataset_version_id: string
  readonly line: string
  readonly columns: { label: string; id: string; time?: string }
  /** From then on the inputs are what the new model has to live with: the end of the window that raised the alert. */
  readonly since: string | null
}

/** Fewer live rows than this are no reference for drift. */
const leastReference = 100

/**
 * `lines.collect`: labelled predictions become training data. Appends those that the dataset does not hold yet, and keeps
 * them apart as a version of `<line>-live`: what the new model will be compared with in production.
 */
export function collectKind(deps: StepDeps): StepKind {
  return {
    kind: 'lines.collect',
    cacheable: false,
    version: '1',
    async begin(step) {
      const collect = step.with as unknown as Collect
      const base = await deps.data.versionById(collect.dataset_version_id)
      if (!base)
        throw new SlipwayError('not_found', `Dataset version ${collect.dataset_version_id} no longer exists.`)
      const unchanged = { dataset_version_id: base.id, reference_version_id: base.id, rows: 0 }
      await using labelled = await deps.serving.labelledPredictions({
        deploymentId: collect.deployment_id,
        signal: step.signal,
      })
      if (labelled === undefined) return { outputs: unchanged }
      const known = await localPaths(deps.blobs, await deps.data.files(base.id))
      const found = await withScratch(deps.scratch, async (directory) => {
        const writes = { out: join(directory, 'collected.parquet'), live: join(directory, 'live.parquet') }
        const [count] = await deps.columnar.query({
          statements: statements(collect, base.schema, labelled.columns),
          files: { labelled: labelled.path, known },
          writes,
          signal: step.signal,
        })
        const [rows, live] = [Number(count?.rows), Number(count?.live)]
        if (rows === 0) return undefined
        const [outBlob, liveBlob] = [
          await putFile(deps.blobs, writes.out),
          await putFile(deps.blobs, writes.live),
        ]
        return { rows, live, digest: outBlob.digest, liveDigest: liveBlob.digest }
      })
      if (found === undefined) return { outputs: unchanged }
      const ingest = (dataset: string, digest: string, mode: 'append' | 'replace') =>
        deps.data.ingest({
          principal: step.principal,
          projectId: step.projectId,
          dataset,
          blobs: [{ digest, filename: 'predictions.parquet' }],
          mode,
          source: { kind: 'predictions', key: `${collect.cycle_id}:${dataset}` },
        })
      const grown = await ingest(base.dataset, found.digest, 'append')
      const reference =
        found.live < leastReference
          ? grown
          : await ingest(`${collect.line}-live`, found.liveDigest, 'replace')
      return {
        outputs: { dataset_version_id: grown.id, reference_version_id: reference.id, rows: found.rows },
      }
    },
  }
}

/** In the dataset's own columns and types; what a prediction does not know is null. */
function statements(
  collect: Collect,
  schema: readonly SchemaColumn[],
  predicted: readonly string[],
): string[] {
  const { columns, since } = collect
  const id = `coalesce(request_id, id) || case when "row" > 0 then '-' || "row" else '' end`
  const there = new Set(predicted)
  const value = (column: SchemaColumn): string => {
    if (column.name === columns.label) return 'label'
    if (column.name === columns.id) return id
    if (column.name === columns.time) return '"time"'
    return there.has(`in_${column.name}`) ? quote(`in_${column.name}`) : 'null'
  }
  const cells = schema.map(
    (column) => `try_cast(${value(column)} as ${column.type}) as ${quote(column.name)}`,
  )
  const recent = since === null ? 'true' : `__time >= '${new Date(since).toISOString()}'::timestamptz`
  const known = `select cast(${quote(columns.id)} as varchar) from read_parquet({{known}}, union_by_name = true)`
  return [
    `create temp table collected as select ${cells.join(', ')}, "time" as __time from read_parquet({{labelled}})
     where label is not null and ${id} not in (${known} where ${quote(columns.id)} is not null)`,
    'copy (select * exclude (__time) from collected) to {{out}} (format parquet, compression zstd)',
    `copy (select * exclude (__time) from collected where ${recent}) to {{live}} (format parquet, compression zstd)`,
    `select count(*) as rows, count(*) filter (${recent}) as live from collected`,
  ]
}
