import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Tx } from '../../../store/store.ts'
import { quoted } from './check.ts'
import { itemNotFound, type ReviewItem, type ReviewStatus, selectedItem } from './queue.ts'
import { settlerOf, traceIdsOf } from './queue-check.ts'
import { auditQueue, lockQueue } from './queue-writer.ts'

const mostNamed = 20

/** Adds traces of the queue's experiment; those it holds stay as they are. Fails with `not_found`, all or none. */
export async function addItems(
  tx: Tx,
  projectId: string,
  queueId: string,
  given: readonly string[],
): Promise<ReviewItem[]> {
  const ids = traceIdsOf(given)
  const queue = await lockQueue(tx, projectId, queueId)
  await checkTraces(tx, { projectId, queueId, experimentId: String(queue.experiment_id) }, ids)
  const now = tx.now.getTime()
  await sql`insert into review_items (queue_id, trace_id, created_ms, updated_ms)
    select ${queueId}, id, ${now}::bigint, ${now}::bigint from unnest(${ids}::text[]) as id
    on conflict do nothing`.execute(tx.db)
  await auditQueue(tx, projectId, queueId, 'add', { traces: ids.length, first: ids.slice(0, mostNamed) })
  const { rows } = await sql<ReviewItem>`select ${selectedItem}
    from unnest(${ids}::text[]) with ordinality as wanted (id, position)
    join review_items i on i.queue_id = ${queueId} and i.trace_id = wanted.id
    order by position`.execute(tx.db)
  return rows
}

/** What the queue does not hold is passed over. Fails with `not_found` when there is no such queue. */
export async function removeItems(
  tx: Tx,
  projectId: string,
  queueId: string,
  given: readonly string[],
): Promise<void> {
  const ids = traceIdsOf(given)
  await lockQueue(tx, projectId, queueId)
  await sql`delete from review_items where queue_id = ${queueId} and trace_id = any(${ids}::text[])`.execute(
    tx.db,
  )
  await auditQueue(tx, projectId, queueId, 'remove', { traces: ids.length, first: ids.slice(0, mostNamed) })
}

/** Who settled an item first is not overwritten by who says the same again. Fails with `not_found`. */
export async function settleItem(
  tx: Tx,
  projectId: string,
  item: { queueId: string; traceId: string },
  settled: { status: ReviewStatus; by: string | undefined },
): Promise<void> {
  const { queueId } = item
  const traceId = item.traceId.trim()
  const by = settlerOf(settled.status, settled.by)
  await lockQueue(tx, projectId, queueId)
  const { rows } = await sql<{ status: string }>`select status from review_items
    where queue_id = ${queueId} and trace_id = ${traceId}`.execute(tx.db)
  const [before] = rows
  if (before === undefined) throw itemNotFound(queueId, traceId)
  const now = tx.now.getTime()
  if (before.status !== settled.status) {
    await sql`update review_items set status = ${settled.status}, updated_ms = ${now}, completed_by = ${by},
      completed_ms = ${by === null ? null : now}
      where queue_id = ${queueId} and trace_id = ${traceId}`.execute(tx.db)
  }
  const details = { trace: traceId, from: before.status, to: settled.status, by }
  await auditQueue(tx, projectId, queueId, 'settle', details)
}

/** Of an experiment's reviewers nobody may come to see what is in another experiment. */
async function checkTraces(
  tx: Tx,
  { projectId, queueId, experimentId }: { projectId: string; queueId: string; experimentId: string },
  ids: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ id: string }>`select id from traces where project_id = ${projectId}
    and id = any(${ids}::text[]) and experiment_id = ${experimentId}`.execute(tx.db)
  const known = new Set(rows.map((row) => row.id))
  const missing = ids.filter((id) => !known.has(id))
  if (missing.length === 0) return
  throw new SlipwayError(
    'not_found',
    `Cannot attach trace(s) ${quoted(missing)} to review queue '${queueId}': ` +
      `they do not exist in experiment '${experimentId}'.`,
  )
}
