import { type Kysely, type Selectable, sql } from 'kysely'
import type { Secrets } from '../../config/index.ts'
import type { WebhookDelivery, WebhookEvent, WebhookStatus } from '../../contract/webhooks.ts'
import type { DB, Webhooks } from '../../store/tables.ts'
import { unseal } from './seal.ts'
import { type Webhook, webhookNotFound } from './webhook.ts'

type Db = Kysely<DB>

/** Where a page of webhooks ended. */
export interface After {
  readonly created: number
  readonly id: string
}

/** Newest first. */
export async function listWebhooks(
  db: Db,
  secrets: Secrets,
  page: { projectId: string; limit: number; after?: After | undefined },
): Promise<Webhook[]> {
  const { after } = page
  const rows = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('project_id', '=', page.projectId)
    .where('deleted_at', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(created_at, id) < (${new Date(after?.created ?? 0)}, ${after?.id ?? null}::uuid)`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => webhookOf(row, secrets))
}

/** Fails with `not_found`. */
export async function readWebhook(db: Db, secrets: Secrets, projectId: string, id: string): Promise<Webhook> {
  return webhookOf(await webhookRow(db, projectId, id), secrets)
}

export async function webhookRow(db: Db, projectId: string, id: string): Promise<Selectable<Webhooks>> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw webhookNotFound(id)
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw webhookNotFound(id)
  return row
}

/** Who is to be told: a webhook tells of nothing that was before it. */
export async function hearers(db: Db, told: { projectId: string; event: WebhookEvent; at: Date }) {
  return await db
    .selectFrom('webhooks')
    .select('id')
    .where('project_id', '=', told.projectId)
    .where('deleted_at', 'is', null)
    .where('status', '=', 'ACTIVE')
    .where('created_at', '<=', told.at)
    .where(sql<boolean>`${told.event} = any(events)`)
    .execute()
}

/** A delivery with its webhook. */
export async function readDelivery(db: Db, id: string) {
  return await db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .select(['d.id', 'd.project_id', 'd.webhook_id', 'd.event', 'd.body', 'd.state', 'd.attempts'])
    .select(['w.name', 'w.sealed', 'w.deleted_at'])
    .where('d.id', '=', id)
    .executeTakeFirst()
}

/** Newest first. */
export async function listDeliveries(
  db: Db,
  page: { projectId: string; webhookId?: string | undefined; limit: number; before?: string | undefined },
): Promise<WebhookDelivery[]> {
  const rows = await db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .select(['d.id', 'd.webhook_id', 'w.name', 'd.event_id', 'd.event', 'd.state', 'd.attempts'])
    .select(['d.status', 'd.error', 'd.created_at', 'd.finished_at'])
    .where('d.project_id', '=', page.projectId)
    .$if(page.webhookId !== undefined, (query) => query.where('d.webhook_id', '=', page.webhookId ?? ''))
    .$if(page.before !== undefined, (query) => query.where('d.id', '<', page.before ?? ''))
    .orderBy('d.id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    webhook_id: row.webhook_id,
    webhook: row.name,
    event: row.event as WebhookEvent,
    test: row.event_id === null,
    state: row.state as WebhookDelivery['state'],
    attempts: row.attempts,
    status: row.status,
    error: row.error,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }))
}

function webhookOf(row: Selectable<Webhooks>, secrets: Secrets): Webhook {
  const { url, secret } = unseal(secrets, row.id, row.sealed)
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    description: row.description,
    url,
    host: row.host,
    signed: secret !== null,
    events: row.events as WebhookEvent[],
    status: row.status as WebhookStatus,
    created: row.created_at,
    updated: row.updated_at,
  }
}
