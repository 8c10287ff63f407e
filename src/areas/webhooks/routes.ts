import { type Route, route } from '../../base/area.ts'
import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { webhooks } from '../../contract/webhooks.ts'
import type { WebhooksFace } from './face.ts'
import { listDeliveries } from './reader.ts'
import type { Webhook } from './webhook.ts'

/** Addresses of webhooks are often secrets: not for everyone in the project. */
const manage = { action: 'project:admin', on: 'project' } as const

export function webhookRoutes(face: WebhooksFace): Route[] {
  const { store } = face
  return [
    route(webhooks.list, manage, async ({ project, query }) => {
      const page = await face.list({
        projectId: project.id,
        limit: query.limit ?? 100,
        cursor: query.cursor,
      })
      return {
        webhooks: page.webhooks.map(shown),
        ...(page.next === undefined ? {} : { next: page.next }),
      }
    }),
    route(webhooks.create, manage, async ({ principal, project, body }) =>
      shown(await face.create(principal, { ...body, projectId: project.id })),
    ),
    route(webhooks.get, manage, async ({ project, params }) =>
      shown(await face.get(project.id, params.webhook)),
    ),
    route(webhooks.update, manage, async ({ principal, project, params, body }) =>
      shown(await face.update(principal, { projectId: project.id, id: params.webhook }, body)),
    ),
    route(webhooks.delete, manage, async ({ principal, project, params }) => {
      await face.remove(principal, project.id, params.webhook)
      return {}
    }),
    route(webhooks.test, manage, ({ principal, project, params, body }) =>
      face.test(principal, project, { id: params.webhook, event: body.event }),
    ),
    route(webhooks.deliveries, manage, async ({ project, query }) => {
      const limit = query.limit ?? 100
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['string'])[0]
      const rows = await listDeliveries(store.read, {
        projectId: project.id,
        webhookId: query.webhook,
        limit: limit + 1,
        before,
      })
      const deliveries = rows.slice(0, limit)
      const last = deliveries.at(-1)
      return {
        deliveries,
        ...(rows.length > limit && last !== undefined ? { next: encodeCursor([last.id]) } : {}),
      }
    }),
  ]
}

function shown(webhook: Webhook) {
  const { id, name, description, url, events, status, signed, created, updated } = webhook
  return {
    id,
    name,
    description,
    url,
    events: [...events],
    status,
    signed,
    created_at: created.toISOString(),
    updated_at: updated.toISOString(),
  }
}
