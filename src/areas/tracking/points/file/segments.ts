import type { Kysely } from 'kysely'
import type { DB } from '../../../../store/index.ts'
import type { Store } from '../../../../store/store.ts'
import { hex } from '../../run-row.ts'
import type { Columns } from '../columns.ts'
import type { OpenFile } from '../point-stream.ts'
import type { SegmentPlace, SegmentReader } from './read.ts'

/** A series of a run in a file. */
export interface RunSegment extends SegmentPlace {
  readonly fileId: string
  readonly run: string
  readonly key: string
  readonly points: number
}

/** The series of runs that are in files; without keys, all. */
export async function readSegments(
  db: Kysely<DB>,
  runs: readonly string[],
  keys?: readonly string[],
): Promise<RunSegment[]> {
  if (runs.length === 0) return []
  let query = db
    .selectFrom('metric_segments as s')
    .innerJoin('metric_files as f', 'f.id', 's.file_id')
    .select([
      's.run_id',
      's.key',
      's.points',
      's.directory_start',
      's.directory_length',
      's.file_id',
      'f.digest',
    ])
    .where('s.run_id', 'in', runs)
  if (keys !== undefined) query = query.where('s.key', 'in', keys)
  const rows = await query.execute()
  return rows.map((row) => ({
    fileId: row.file_id,
    run: hex(row.run_id),
    key: row.key,
    points: row.points,
    digest: row.digest,
    directoryStart: row.directory_start,
    directoryLength: row.directory_length,
  }))
}

/** Opens series of files by the file's id. */
export function openFiles(store: Store, reader: SegmentReader): OpenFile {
  return async function* open(fileId, run, key, from): AsyncGenerator<Columns> {
    const segments = await readSegments(store.read, [run], [key])
    const segment = segments.find((one) => one.fileId === fileId)
    if (segment !== undefined) yield* reader.stream(segment, from)
  }
}
