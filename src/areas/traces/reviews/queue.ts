import { sql } from 'kysely'
import { SlipwayError } from '../../../base/error.ts'
import type { Store } from '../../../store/store.ts'
import { all } from '../../tracking/index.ts'
import { type Page, type Paging, pageOf } from './page.ts'
import { personOf, type QueueKind } from './queue-check.ts'

/** Traces that wait for reviewers. */
export interface ReviewQueue {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly kind: QueueKind
  readonly createdBy: string | null
  readonly created: number
  readonly updated: number
  readonly users: readonly string[]
  /** The questions, in a queue of no single person; a person's own asks all of the experiment. */
  readonly schemaIds: readonly string[]
}

export type ReviewStatus = 'pending' | 'complete' | 'declined'

/** A trace in a queue: settled when anyone of its reviewers has settled it. */
export interface ReviewItem {
  readonly queueId: string
  readonly traceId: string
  readonly status: ReviewStatus
  readonly completedBy: string | null
  readonly completed: number | null
  readonly created: number
  readonly updated: number
}

const selected = sql`q.id, q.experiment_id::text as "experimentId", q.name, q.kind, q.created_by as "createdBy",
  q.created_ms as created, q.updated_ms as updated, q.users, q.schema_ids as "schemaIds"`
export const selectedItem = sql`i.queue_id as "queueId", i.trace_id as "traceId", i.status,
  i.completed_by as "completedBy", i.completed_ms as completed, i.created_ms as created, i.updated_ms as updated`

export function createQueueReader(store: Store) {
  async function findReviewQueue(projectId: string, id: string): Promise<ReviewQueue | undefined> {
    const { rows } = await sql<ReviewQueue>`select ${selected} from review_queues q
      where q.project_id = ${projectId} and q.id = ${id}`.execute(store.read)
    return rows[0]
  }

  /** Fails with `not_found`. */
  async function reviewQueue(projectId: string, id: string): Promise<ReviewQueue> {
    const found = await findReviewQueue(projectId, id)
    if (found === undefined) throw queueNotFound(id)
    return found
  }

  /** Whatever the case of the name. */
  async function reviewQueueNamed(experimentId: string, name: string): Promise<ReviewQueue | undefined> {
    const { rows } = await sql<ReviewQueue>`select ${selected} from review_queues q
      where q.experiment_id = ${experimentId} and lower(q.name) = lower(${name})`.execute(store.read)
    return rows[0]
  }

  /** The latest first: those that all of these people review, and that hold the trace. */
  async function reviewQueues(
    experimentId: string,
    wanted: { users: readonly string[]; traceId?: string | undefined },
    paging: Paging,
  ): Promise<Page<ReviewQueue>> {
    const conditions = [
      sql<boolean>`q.experiment_id = ${experimentId}`,
      sql<boolean>`q.users @> ${wanted.users.map(personOf)}::text[]`,
      ...(wanted.traceId === undefined
        ? []
        : [
            sql<boolean>`exists (select from review_items i where i.queue_id = q.id and i.trace_id = ${wanted.traceId})`,
          ]),
    ]
    return await pageOf(paging, [experimentId, wanted], async (offset, limit) => {
      const { rows } = await sql<ReviewQueue>`select ${selected} from review_queues q where ${all(conditions)}
        order by q.created_ms desc, q.id collate "C" offset ${offset} limit ${limit}`.execute(store.read)
      return rows
    })
  }

  /** Of a queue, the latest first. */
  async function reviewItems(
    queueId: string,
    status: ReviewStatus | undefined,
    paging: Paging,
  ): Promise<Page<ReviewItem>> {
    const wanted = status === undefined ? sql`true` : sql`i.status = ${status}`
    return await pageOf(paging, [queueId, status], async (offset, limit) => {
      const { rows } = await sql<ReviewItem>`select ${selectedItem} from review_items i
        where i.queue_id = ${queueId} and ${wanted} order by i.created_ms desc, i.trace_id
        offset ${offset} limit ${limit}`.execute(store.read)
      return rows
    })
  }

  /** Fails with `not_found`. */
  async function reviewItem(queueId: string, traceId: string): Promise<ReviewItem> {
    const { rows } = await sql<ReviewItem>`select ${selectedItem} from review_items i
      where i.queue_id = ${queueId} and i.trace_id = ${traceId}`.execute(store.read)
    const [found] = rows
    if (found === undefined) throw itemNotFound(queueId, traceId)
    return found
  }

  return { findReviewQueue, reviewQueue, reviewQueueNamed, reviewQueues, reviewItems, reviewItem }
}

export function queueNotFound(id: string): SlipwayError {
  return new SlipwayError('not_found', `Review queue with id '${id}' not found.`)
}

export function itemNotFound(queueId: string, traceId: string): SlipwayError {
  return new SlipwayError('not_found', `Item '${traceId}' is not attached to review queue '${queueId}'.`)
}
