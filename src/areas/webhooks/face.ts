import { decodeCursor, encodeCursor } from '../../base/cursor.ts'
import { SlipwayError } from '../../base/error.ts'
import type { Principal } from '../../base/principal.ts'
import type { WebhookEvent } from '../../contract/webhooks.ts'
import type { WebhookDeps } from './deps.ts'
import { listWebhooks, readWebhook } from './reader.ts'
import { tryWebhook } from './try.ts'
import { checkUrl, type Webhook } from './webhook.ts'
import { changeWebhook, deleteWebhook, insertWebhook, type NewWebhook, type WebhookChange } from './writer.ts'

/** What routes and adapters do with webhooks. */
export function createFace(deps: WebhookDeps) {
  const { store, secrets } = deps

  async function check(url: string): Promise<void> {
    checkUrl(url, deps.rules)
    try {
      await deps.outbound.check(url)
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== 'destination_refused') throw error
      throw new SlipwayError(
        'destination_refused',
        `Webhook URL must not resolve to a non-public IP address. ${error.message}`,
        { cause: error },
      )
    }
  }

  async function list(page: { projectId: string; limit: number; cursor?: string | undefined }) {
    const rows = await listWebhooks(store.read, secrets, {
      projectId: page.projectId,
      limit: page.limit + 1,
      after: page.cursor === undefined ? undefined : afterOf(page.cursor),
    })
    const webhooks = rows.slice(0, page.limit)
    const last = webhooks.at(-1)
    const more = rows.length > page.limit && last !== undefined
    return { webhooks, next: more ? encodeCursor([last.created.getTime(), last.id]) : undefined }
  }

  return {
    store,
    list,
    get: (projectId: string, id: string): Promise<Webhook> => readWebhook(store.read, secrets, projectId, id),
    async create(principal: Principal, webhook: NewWebhook): Promise<Webhook> {
      await check(webhook.url)
      const id = await store.transact(principal, (tx) => insertWebhook(tx, secrets, webhook))
      return readWebhook(store.read, secrets, webhook.projectId, id)
    },
    async update(
      principal: Principal,
      at: { projectId: string; id: string },
      change: WebhookChange,
    ): Promise<Webhook> {
      await readWebhook(store.read, secrets, at.projectId, at.id)
      if (change.url !== undefined) await check(change.url)
      await store.transact(principal, (tx) => changeWebhook(tx, secrets, at, change))
      return readWebhook(store.read, secrets, at.projectId, at.id)
    },
    remove: (principal: Principal, projectId: string, id: string) =>
      store.transact(principal, (tx) => deleteWebhook(tx, projectId, id)),
    test: (
      principal: Principal,
      project: { id: string; name: string },
      which: { id: string; event?: WebhookEvent | undefined },
    ) => tryWebhook(deps, principal, project, which),
  }
}

export type WebhooksFace = ReturnType<typeof createFace>

function afterOf(cursor: string): { created: number; id: string } {
  const [created, id] = decodeCursor(cursor, ['number', 'string'])
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return { created, id }
  throw new SlipwayError('invalid_argument', 'query.cursor: not a cursor that a list has answered.')
}
