import type { Attempt, Event, Next } from '../../base/area.ts'
import { uuidv7 } from '../../base/id.ts'
import { backoffMs, mayPass } from './backoff.ts'
import type { WebhookDeps } from './deps.ts'
import { toldOf } from './event.ts'
import { bodyOf } from './message.ts'
import { hearers, readDelivery } from './reader.ts'
import { type Answer, send } from './send.ts'

export const deliverWork = 'webhooks.deliver'

/** Queues a post to each webhook that tells of the event; at most one for each, however often this runs. */
export async function queueDeliveries({ store }: WebhookDeps, event: Event, attempt: Attempt): Promise<void> {
  const told = toldOf(event)
  const { projectId } = event
  if (told === undefined || projectId === null) return
  const project = await store.read
    .selectFrom('projects')
    .select('name')
    .where('id', '=', projectId)
    .executeTakeFirst()
  const found = await hearers(store.read, { projectId, event: told.event, at: event.recordedAt })
  if (found.length === 0 || project === undefined) return
  const body = bodyOf(told, project.name, event.occurredAt)
  await store.housekeep(async (tx) => {
    await tx.fence(attempt)
    for (const { id: webhookId } of found) {
      const id = uuidv7()
      const made = await tx.db
        .insertInto('webhook_deliveries')
        .values({
          id,
          project_id: projectId,
          webhook_id: webhookId,
          event_id: event.id,
          event: told.event,
          body,
          created_at: tx.now,
        })
        .onConflict((conflict) => conflict.columns(['webhook_id', 'event_id']).doNothing())
        .executeTakeFirst()
      if (made.numInsertedOrUpdatedRows === 1n) await tx.enqueue({ kind: deliverWork, key: id, projectId })
    }
    tx.hint(projectId, 'webhooks')
  })
}

interface Outcome {
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly status: number | null
  readonly error: string | null
}

/**
 * One attempt to deliver. A crash between the post and its record posts again, under the same delivery id: receivers
 * can tell.
 */
export async function deliver(deps: WebhookDeps, id: string, attempt: Attempt): Promise<Next> {
  const delivery = await readDelivery(deps.store.read, id)
  if (delivery === undefined || delivery.state !== 'pending') return undefined
  const attempts = delivery.attempts + 1
  const answer: Answer =
    delivery.deleted_at === null
      ? await send(deps, { ...delivery, webhookId: delivery.webhook_id }, attempt.signal)
      : { status: null, error: 'The webhook was deleted.', final: true }
  const outcome = outcomeOf(answer, attempts > deps.rules.retries)
  await deps.store.housekeep(async (tx) => {
    await tx.fence(attempt)
    await tx.db
      .updateTable('webhook_deliveries')
      .set({ ...outcome, attempts, finished_at: outcome.state === 'pending' ? null : tx.now })
      .where('id', '=', id)
      .execute()
    tx.hint(delivery.project_id, 'webhooks')
  })
  deps.log.info('webhook.delivery', { delivery: id, webhook: delivery.name, attempts, ...outcome })
  if (outcome.state !== 'pending') return undefined
  const now = new Date()
  const retryAfter = answer.status === null ? undefined : answer.retryAfter
  return { again: new Date(now.getTime() + backoffMs(attempts, Math.random(), retryAfter, now)) }
}

/** What an answer means. Redirects are not followed: they would lead past the check of the address. */
export function outcomeOf(answer: Answer, last: boolean): Outcome {
  if (answer.status === null) {
    return { state: answer.final || last ? 'failed' : 'pending', status: null, error: answer.error }
  }
  const { status } = answer
  if (status >= 200 && status < 300) return { state: 'delivered', status, error: null }
  const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : ''
  const error = `The receiver answered ${status}.${redirect}`
  return { state: mayPass(status) && !last ? 'pending' : 'failed', status, error }
}
