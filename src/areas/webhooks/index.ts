import type { Area } from '../../base/area.ts'
import { deliver, deliverWork, queueDeliveries } from './deliver.ts'
import type { WebhookDeps } from './deps.ts'
import { toldTypes } from './event.ts'
import { createFace } from './face.ts'
import { webhookRoutes } from './routes.ts'

export type { WebhookDeps, WebhookRules } from './deps.ts'
export { eventOf } from './event.ts'
export type { Webhook } from './webhook.ts'

const keptDays = 30

/** Tells other programs what happens to models and prompts. */
export function createWebhooks(deps: WebhookDeps) {
  const { store } = deps
  const face = createFace(deps)
  const area: Area = {
    name: 'webhooks',
    routes: webhookRoutes(face),
    on: [
      {
        name: 'webhooks',
        types: toldTypes,
        handle: (event, attempt) => queueDeliveries(deps, event, attempt),
      },
    ],
    work: [
      {
        kind: deliverWork,
        concurrency: 8,
        // Its own count of attempts decides when it is given up.
        maxAttempts: 1_000_000,
        handle: (item, attempt) => deliver(deps, item.key, attempt),
      },
      {
        kind: 'webhooks.sweep',
        async handle(_item, attempt) {
          await store.housekeep(async (tx) => {
            await tx.fence(attempt)
            const before = new Date(tx.now.getTime() - keptDays * 24 * 3600_000)
            await tx.db
              .deleteFrom('webhook_deliveries')
              .where('created_at', '<', before)
              .where('state', '<>', 'pending')
              .execute()
          })
          return undefined
        },
      },
    ],
    schedules: [{ name: 'webhooks.sweep', every: '43 3 * * *', kind: 'webhooks.sweep' }],
  }
  return { area, ...face }
}

export type Webhooks = ReturnType<typeof createWebhooks>
