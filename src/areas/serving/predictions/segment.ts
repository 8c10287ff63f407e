import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'

export const convertWork = 'serving.convert'

export interface Segment {
  /** `<server id>-<number>`. */
  readonly name: string
  readonly digest: string
  readonly size: number
}

/** Takes a segment whose bytes are durable, once, and queues its conversion. */
export async function takeSegment(tx: Tx, segment: Segment): Promise<void> {
  const inserted = await tx.db
    .insertInto('prediction_segments')
    .values({ ...segment, server_id: segment.name.replace(/-[0-9]+$/, '') })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  if (inserted) return tx.enqueue({ kind: convertWork, key: segment.name, projectId: null })
  const known = await tx.db
    .selectFrom('prediction_segments')
    .select('digest')
    .where('name', '=', segment.name)
    .executeTakeFirstOrThrow()
  if (known.digest !== segment.digest) {
    throw new SlipwayError('conflict', `The segment ${segment.name} was taken before with other bytes.`)
  }
}
