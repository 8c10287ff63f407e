import type { Attempt } from '../../../base/area.ts'
import type { ServingDeps } from '../deps.ts'

type Deps = Pick<ServingDeps, 'store' | 'log'>

const day = 86_400_000
/** So long a backup that began before the conversion may still want the segment's bytes. */
const segmentsKeptMs = day
/** So long a reader may still stand in the middle of what was merged. */
const mergedKeptMs = 8 * day
const serversKeptMs = day
const atOnce = 1000

/**
 * Forgets what was replaced: segments that are Parquet, parts that were merged, servers that are gone. Their bytes may be
 * something else's too, so they are left to the collector of what nothing names.
 */
export async function freeReplaced(deps: Deps, attempt: Attempt): Promise<void> {
  await freeSegments(deps, attempt)
  await freeMerged(deps, attempt)
  await deps.store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .deleteFrom('model_servers')
      .where('seen_at', '<', new Date(tx.now.getTime() - serversKeptMs))
      .execute()
  })
}

async function freeSegments({ store, log }: Deps, attempt: Attempt): Promise<void> {
  const freed = await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    return tx.db
      .updateTable('prediction_segments')
      .set({ freed_at: tx.now })
      .where('name', 'in', (from) =>
        from
          .selectFrom('prediction_segments')
          .select('name')
          .where('converted_at', '<', new Date(tx.now.getTime() - segmentsKeptMs))
          .where('freed_at', 'is', null)
          .orderBy('converted_at')
          .limit(atOnce),
      )
      .returning('name')
      .execute()
  })
  if (freed.length > 0) log.info('segments.freed', { count: freed.length })
}

async function freeMerged({ store, log }: Deps, attempt: Attempt): Promise<void> {
  const freed = await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    return tx.db
      .deleteFrom('prediction_parts')
      .where('id', 'in', (from) =>
        from
          .selectFrom('prediction_parts')
          .select('id')
          .where('merged_into', 'is not', null)
          .where('created_at', '<', new Date(tx.now.getTime() - mergedKeptMs))
          // Oldest first: what was merged goes before what it was merged into.
          .orderBy('created_at')
          .limit(atOnce),
      )
      .returning('id')
      .execute()
  })
  if (freed.length > 0) log.info('parts.freed', { count: freed.length })
}
