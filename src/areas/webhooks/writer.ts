import { uuidv7 } from '../../base/id.ts'
import type { Secrets } from '../../config/index.ts'
import type { WebhookEvent, WebhookStatus } from '../../contract/webhooks.ts'
import type { Tx } from '../../store/store.ts'
import { webhookRow } from './reader.ts'
import { seal, unseal } from './seal.ts'
import { checkEvents, checkName } from './webhook.ts'

export interface NewWebhook {
  readonly projectId: string
  readonly name: string
  /** Checked already. */
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly description?: string | undefined
  readonly secret?: string | undefined
  readonly status?: WebhookStatus | undefined
}

export type WebhookChange = Partial<Omit<NewWebhook, 'projectId'>>

/** Returns the id. */
export async function insertWebhook(tx: Tx, secrets: Secrets, webhook: NewWebhook): Promise<string> {
  const { projectId, name, url, events, description, secret, status = 'ACTIVE' } = webhook
  checkName(name)
  checkEvents(events)
  const id = uuidv7()
  const host = new URL(url).origin
  await tx.db
    .insertInto('webhooks')
    .values({
      id,
      project_id: projectId,
      name,
      description: description || null,
      events: [...new Set(events)],
      status,
      host,
      sealed: seal(secrets, id, { url, secret: secret || null }),
      created_at: tx.now,
      updated_at: tx.now,
    })
    .execute()
  await record(tx, projectId, 'webhook.create', id, { name, host, events, status })
  return id
}

/** Changes what is given; an empty secret or description removes it. Fails with `not_found`. */
export async function changeWebhook(
  tx: Tx,
  secrets: Secrets,
  at: { projectId: string; id: string },
  change: WebhookChange,
): Promise<void> {
  if (change.name !== undefined) checkName(change.name)
  if (change.events !== undefined) checkEvents(change.events)
  const row = await webhookRow(tx.db, at.projectId, at.id)
  const before = unseal(secrets, row.id, row.sealed)
  const url = change.url ?? before.url
  const secret = change.secret === undefined ? before.secret : change.secret || null
  const host = new URL(url).origin
  await tx.db
    .updateTable('webhooks')
    .set({
      name: change.name ?? row.name,
      description: change.description === undefined ? row.description : change.description || null,
      events: change.events === undefined ? row.events : [...new Set(change.events)],
      status: change.status ?? row.status,
      host,
      sealed: seal(secrets, row.id, { url, secret }),
      updated_at: tx.now,
    })
    .where('id', '=', row.id)
    .execute()
  const { name, events, status } = change
  await record(tx, at.projectId, 'webhook.update', row.id, {
    name: name ?? row.name,
    host,
    ...(events === undefined ? {} : { events }),
    ...(status === undefined ? {} : { status }),
    ...(change.secret === undefined ? {} : { signed: secret !== null }),
  })
}

/** Fails with `not_found`. */
export async function deleteWebhook(tx: Tx, projectId: string, id: string): Promise<void> {
  const row = await webhookRow(tx.db, projectId, id)
  await tx.db.updateTable('webhooks').set({ deleted_at: tx.now }).where('id', '=', id).execute()
  await record(tx, projectId, 'webhook.delete', id, { name: row.name })
}

async function record(
  tx: Tx,
  projectId: string,
  action: string,
  subjectId: string,
  details: Record<string, unknown>,
): Promise<void> {
  await tx.audit({ action, projectId, subjectType: 'webhook', subjectId, details })
  tx.hint(projectId, 'webhooks')
}
