import type { Kysely } from 'kysely'
import type { DB } from '../../../store/tables.ts'

/** A Parquet file of the prediction log of one deployment. */
export interface Part {
  readonly id: string
  readonly digest: string
  readonly rows: number
  readonly firstTime: Date
  readonly lastTime: Date
  /** The numbers that it covers: one for a part as converted, several for a merged one. */
  readonly fromSequence: number
  readonly sequence: number
}

export interface PartRange {
  /** Only what comes after this number. Default: from the beginning. */
  readonly after?: number
  /** Only up to this number, inclusive. */
  readonly through?: number
  /** The first so many. */
  readonly limit?: number
  /** The last so many. */
  readonly newest?: number
  /** Only parts that may hold rows of this time span. */
  readonly from?: Date
  readonly to?: Date
}

/**
 * The parts of a deployment in order, each number covered once. Where a merged part would reach over an end of the range,
 * the parts it was made of stand in for it.
 */
export async function readParts(
  db: Kysely<DB>,
  deploymentId: string,
  range: PartRange = {},
): Promise<readonly Part[]> {
  const { after = 0, through = Number.MAX_SAFE_INTEGER } = range
  let query = db
    .selectFrom('prediction_parts as part')
    .leftJoin('prediction_parts as whole', 'whole.id', 'part.merged_into')
    .select(['part.id', 'part.digest', 'part.rows', 'part.first_time', 'part.last_time'])
    .select(['part.from_sequence', 'part.sequence'])
    .where('part.deployment_id', '=', deploymentId)
    .where('part.sequence', '>', after)
    .where('part.from_sequence', '>', after)
    .where('part.sequence', '<=', through)
    .where((where) =>
      where.or([
        where('whole.id', 'is', null),
        where('whole.from_sequence', '<=', after),
        where('whole.sequence', '>', through),
      ]),
    )
    .orderBy('part.sequence', range.newest === undefined ? 'asc' : 'desc')
  if (range.from) query = query.where('part.last_time', '>=', range.from)
  if (range.to) query = query.where('part.first_time', '<=', range.to)
  const limit = range.newest ?? range.limit
  if (limit !== undefined) query = query.limit(limit)
  const rows = await query.execute()
  if (range.newest !== undefined) rows.reverse()
  return rows.map((row) => ({
    id: row.id,
    digest: row.digest,
    rows: row.rows,
    firstTime: row.first_time,
    lastTime: row.last_time,
    fromSequence: row.from_sequence,
    sequence: row.sequence,
  }))
}
