import type { ServingDeps } from '../deps.ts'
import { localFiles } from './files.ts'
import { readLabels, writeLabels } from './labelfile.ts'
import { readParts } from './part.ts'
import { openScratch } from './scratch.ts'

export interface HourCoverage {
  readonly hour: Date
  readonly rows: number
  readonly labelled: number
}

/** Predicted rows, and those that a label joins, per hour of the prediction; oldest first. */
export async function labelCoverage(
  deps: Pick<ServingDeps, 'store' | 'blobs' | 'columnar' | 'tempDirectory'>,
  deploymentId: string,
  from: Date,
): Promise<readonly HourCoverage[]> {
  const { store, blobs, columnar } = deps
  const parts = await readParts(store.read, deploymentId, { from })
  if (parts.length === 0) return []
  await using scratch = await openScratch(deps.tempDirectory)
  const labels = await writeLabels(store.read, deploymentId, { from }, scratch.path('labels.json'))
  const rows = await columnar.query({
    statements: [
      `create temp table label as select distinct prediction_id, request_id, "row" from ${readLabels}`,
      `select epoch_ms(date_trunc('hour', time)) as hour, count(*) as rows, count(*) filter (
          (id, "row") in (select (prediction_id, "row") from label where prediction_id is not null)
          or (request_id is not null and
            (request_id, "row") in (select (request_id, "row") from label where request_id is not null))
        ) as labelled
      from read_parquet({{parts}}, union_by_name = true)
      where time >= timestamptz '${from.toISOString()}' group by 1 order by 1`,
    ],
    files: { parts: await localFiles(blobs, parts), labels: labels.path },
  })
  return rows.map((row) => ({
    hour: new Date(Number(row.hour)),
    rows: Number(row.rows),
    labelled: Number(row.labelled),
  }))
}
