import { uuidv7 } from '../../base/id.ts'
import type { Principal } from '../../base/principal.ts'
import type { WebhookEvent, WebhookTest } from '../../contract/webhooks.ts'
import { outcomeOf } from './deliver.ts'
import type { WebhookDeps } from './deps.ts'
import { examples } from './example.ts'
import { bodyOf } from './message.ts'
import { webhookRow } from './reader.ts'
import { send } from './send.ts'

/** Posts an example of the event, or of the webhook's first, once. Fails with `not_found`. */
export async function tryWebhook(
  deps: WebhookDeps,
  principal: Principal,
  project: { id: string; name: string },
  which: { id: string; event?: WebhookEvent | undefined },
): Promise<WebhookTest> {
  const row = await webhookRow(deps.store.read, project.id, which.id)
  const event = which.event ?? (row.events[0] as WebhookEvent)
  const id = uuidv7()
  const began = new Date()
  const body = bodyOf({ event, data: examples[event] }, project.name, began)
  const answer = await send(deps, { id, webhookId: row.id, sealed: row.sealed, body })
  const outcome = outcomeOf(answer, true)
  await deps.store.transact(principal, async (tx) => {
    await tx.db
      .insertInto('webhook_deliveries')
      .values({
        id,
        project_id: project.id,
        webhook_id: row.id,
        event,
        body,
        ...outcome,
        attempts: 1,
        created_at: began,
        finished_at: new Date(),
      })
      .execute()
    await tx.audit({
      action: 'webhook.test',
      projectId: project.id,
      subjectType: 'webhook',
      subjectId: row.id,
      details: { name: row.name, event, ...outcome },
    })
    tx.hint(project.id, 'webhooks')
  })
  return {
    delivered: outcome.state === 'delivered',
    status: answer.status,
    body: answer.status === null ? null : answer.body,
    error: answer.status === null ? answer.error : null,
  }
}
