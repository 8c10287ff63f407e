import type { Event, Subscription, WorkHandler } from '../base/area.ts'
import { deliveryKind } from './enqueue.ts'
import type { Store } from './store.ts'

/** The handler that hands events to a subscriber, each as work of its own. */
export function deliveryHandler(store: Store, subscription: Subscription): WorkHandler {
  return {
    kind: deliveryKind(subscription.name),
    async handle(item, attempt) {
      const event = await readEvent(store, item.key)
      if (event !== undefined) await subscription.handle(event, attempt)
      return undefined
    },
  }
}

async function readEvent(store: Store, id: string): Promise<Event | undefined> {
  const row = await store.read.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    projectId: row.project_id,
    subject: row.subject,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    data: row.data as Record<string, unknown>,
  }
}
