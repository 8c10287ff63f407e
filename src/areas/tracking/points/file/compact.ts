import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { Attempt, WorkHandler } from '../../../../base/area.ts'
import { uuidv7 } from '../../../../base/id.ts'
import type { Blobs } from '../../../../blobs/blobs.ts'
import type { Store, Tx } from '../../../../store/store.ts'
import type { Columns } from '../columns.ts'
import { blockFields, blockPoints, field } from './directory.ts'
import { type Known, piecesOf } from './pieces.ts'
import { SegmentReader } from './read.ts'
import { type RunSegment, readSegments } from './segments.ts'
import { type Segment, writeFile } from './write.ts'

export const compactKind = 'tracking.compact'
/** A run with fewer points in the database stays there: a file of its own would cost more than it saves. */
export const worthwhilePoints = 1000

export interface CompactDeps {
  readonly store: Store
  readonly blobs: Blobs
}

/** Moves the points of runs from the database into files; the key of the work begins with the run's id. */
export function compactHandler(deps: CompactDeps): WorkHandler {
  return {
    kind: compactKind,
    concurrency: 1,
    async handle(item, attempt) {
      await compact(deps, item.key.slice(0, 32), attempt)
      return undefined
    },
  }
}

/**
 * Writes all points of a run that are in chunks into one Parquet file and deletes the chunks, in one transaction on one
 * snapshot: chunks that come meanwhile are neither in the file nor deleted. Interrupted anywhere it leaves at most a blob
 * that nothing refers to.
 */
export async function compact(deps: CompactDeps, run: string, attempt: Attempt): Promise<void> {
  await deps.store.housekeep(
    async (tx) => {
      await tx.fence(attempt)
      const segments: Segment[] = []
      const known = knownRecords(new SegmentReader(deps.blobs), await readSegments(tx.db, [run]))
      const bytes = Readable.from(writeFile(piecesOf(tx.db, run, known), segments), { objectMode: false })
      const blob = await deps.blobs.put(bytes, { signal: attempt.signal })
      if (segments.length > 0) await record(tx, run, blob, segments)
      await sql`delete from metric_chunks where run_id = ${run}::uuid`.execute(tx.db)
    },
    { snapshot: true },
  )
  await recount(deps.store, run)
}

async function record(
  tx: Tx,
  run: string,
  { digest, size }: { digest: string; size: number },
  segments: readonly Segment[],
): Promise<void> {
  const id = uuidv7()
  const points = segments.reduce((sum, segment) => sum + segment.points, 0)
  await tx.db.insertInto('metric_files').values({ id, run_id: run, digest, size, points }).execute()
  await sql`insert into metric_segments (run_id, key, file_id, points, directory_start, directory_length)
    select ${run}::uuid, key, ${id}::uuid, points, directory_start, directory_length
    from unnest(${segments.map((one) => one.key)}::text[], ${segments.map((one) => one.points)}::bigint[],
      ${segments.map((one) => one.directoryStart)}::bigint[], ${segments.map((one) => one.directoryLength)}::int[])
      as s (key, points, directory_start, directory_length)`.execute(tx.db)
}

/** What files know exactly: counts of metrics that have no points outside of them. */
async function recount(store: Store, run: string): Promise<void> {
  await store.housekeep(async (tx) => {
    await sql`update metric_summaries s set count = f.points, exact = true
      from (select key, sum(points) as points from metric_segments where run_id = ${run}::uuid group by key) f
      where s.run_id = ${run}::uuid and s.key = f.key and not s.exact
        and not exists (select from metric_chunks c where c.run_id = s.run_id and c.key = s.key)
        and not exists (select from metric_points p where p.run_id = s.run_id and p.key = s.key)`.execute(
      tx.db,
    )
  })
}

/** Looks only into the row groups whose times overlap with what is asked: for points in their order, none. */
function knownRecords(reader: SegmentReader, segments: readonly RunSegment[]): Known {
  const byKey = Map.groupBy(segments, (segment) => segment.key)
  return async (key, first, last) => {
    const mine = byKey.get(key)
    if (mine === undefined) return undefined
    const [from, to] = [Number(first.readBigInt64BE()), Number(last.readBigInt64BE())]
    const found = new Set<string>()
    for (const segment of mine) {
      const { groups, blocks } = await reader.directory(segment)
      let block = 0
      for (const group of groups) {
        const next = block + Math.ceil(group.count / blockPoints)
        const begins = blocks[block * blockFields + field.timeLeast] ?? 0
        const ends = blocks[(next - 1) * blockFields + field.timeGreatest] ?? 0
        block = next
        if (ends < from || begins > to) continue
        addRecords(found, await reader.records(segment.digest, group), from, to)
      }
    }
    return found.size === 0 ? undefined : found
  }
}

function addRecords(
  found: Set<string>,
  { records, times }: { records: Buffer; times: Columns['times'] },
  from: number,
  to: number,
): void {
  for (const [at, time] of times.entries()) {
    if (time >= from && time <= to) found.add(records.toString('latin1', at * 24, (at + 1) * 24))
  }
}
