import { createReadStream } from 'node:fs'
import type { Attempt } from '../../../base/area.ts'
import { uuidv7 } from '../../../base/id.ts'
import type { BlobInfo } from '../../../blobs/blobs.ts'
import type { ServingDeps } from '../deps.ts'
import { localFiles } from './files.ts'
import { type Part, readParts } from './part.ts'
import { openScratch } from './scratch.ts'

type Deps = Pick<ServingDeps, 'store' | 'blobs' | 'columnar' | 'log' | 'tempDirectory'>

/** Parts younger than this are left alone: they are being read. */
const restMs = 10 * 60_000
/** Of the present hour, only so many are worth a merge; of a past one, any two. */
const worthwhile = 32
const mostParts = 500
const mostRows = 1_000_000

/** Merges the small parts of every deployment, so that a query opens few files. */
export async function compactAll(deps: Deps, attempt: Attempt): Promise<void> {
  const deployments = await deps.store.read
    .selectFrom('prediction_parts')
    .select('deployment_id')
    .where('merged_into', 'is', null)
    .groupBy('deployment_id')
    .having((has) => has.fn.countAll(), '>', 1)
    .execute()
  for (const { deployment_id } of deployments) {
    const parts = await readParts(deps.store.read, deployment_id)
    for (const run of runsToMerge(parts, new Date())) {
      if (attempt.signal.aborted) return
      await merge(deps, deployment_id, run, attempt)
    }
  }
}

/** Neighbours within an hour that together make one file of a sensible size. */
function runsToMerge(parts: readonly Part[], now: Date): readonly (readonly Part[])[] {
  const runs: Part[][] = []
  let run: Part[] = []
  let rows = 0
  for (const part of parts) {
    if (part.lastTime.getTime() > now.getTime() - restMs) break
    const fits =
      hourOf(part) === (run[0] && hourOf(run[0])) && run.length < mostParts && rows + part.rows <= mostRows
    if (!fits) {
      runs.push(run)
      run = []
      rows = 0
    }
    run.push(part)
    rows += part.rows
  }
  runs.push(run)
  const present = Math.floor((now.getTime() - restMs) / 3_600_000)
  return runs.filter((one) => one[0] && one.length >= (hourOf(one[0]) < present ? 2 : worthwhile))
}

function hourOf(part: Part): number {
  return Math.floor(part.lastTime.getTime() / 3_600_000)
}

async function merge(
  deps: Deps,
  deploymentId: string,
  parts: readonly Part[],
  attempt: Attempt,
): Promise<void> {
  await using scratch = await openScratch(deps.tempDirectory)
  const path = scratch.path('merged.parquet')
  await deps.columnar.query({
    // Without an order: rows stay as they were, file after file.
    statements: [
      `copy (from read_parquet({{parts}}, union_by_name = true)) to {{out}} (format parquet, compression zstd)`,
    ],
    files: { parts: await localFiles(deps.blobs, parts) },
    writes: { out: path },
    signal: attempt.signal,
  })
  const blob = await deps.blobs.put(createReadStream(path), { signal: attempt.signal })
  await swap(deps, deploymentId, parts, blob, attempt)
  deps.log.info('predictions.merged', { deployment: deploymentId, parts: parts.length, bytes: blob.size })
}

/** Puts the merged part in the place of its parts, unless another merge was faster. */
async function swap(
  { store }: Deps,
  deploymentId: string,
  parts: readonly Part[],
  blob: BlobInfo,
  attempt: Attempt,
): Promise<void> {
  const id = uuidv7()
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    const replaced = await tx.db
      .updateTable('prediction_parts')
      .set({ merged_into: id })
      .where('deployment_id', '=', deploymentId)
      .where('merged_into', 'is', null)
      .where(
        'id',
        'in',
        parts.map((part) => part.id),
      )
      .returning(['project_id', 'from_sequence', 'sequence', 'first_time', 'last_time', 'rows'])
      .execute()
    const [first] = replaced
    if (!first || replaced.length !== parts.length) throw new Error('a part was merged by someone else')
    await tx.db
      .insertInto('prediction_parts')
      .values({
        id,
        deployment_id: deploymentId,
        project_id: first.project_id,
        from_sequence: Math.min(...replaced.map((part) => part.from_sequence)),
        sequence: Math.max(...replaced.map((part) => part.sequence)),
        digest: blob.digest,
        size: blob.size,
        rows: replaced.reduce((sum, part) => sum + part.rows, 0),
        first_time: new Date(Math.min(...replaced.map((part) => part.first_time.getTime()))),
        last_time: new Date(Math.max(...replaced.map((part) => part.last_time.getTime()))),
      })
      .execute()
  })
}
