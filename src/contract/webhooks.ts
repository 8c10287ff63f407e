import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

/** What webhooks can tell of: thing and action, as MLflow names them. */
export const webhookEvents = [
  'registered_model.created',
  'model_version.created',
  'model_version_tag.set',
  'model_version_tag.deleted',
  'model_version_alias.created',
  'model_version_alias.deleted',
  'prompt.created',
  'prompt_version.created',
  'prompt_tag.set',
  'prompt_tag.deleted',
  'prompt_version_tag.set',
  'prompt_version_tag.deleted',
  'prompt_alias.created',
  'prompt_alias.deleted',
  'budget_policy.exceeded',
] as const
export const WebhookEvent = Type.Enum([...webhookEvents])
export type WebhookEvent = Static<typeof WebhookEvent>

export const WebhookStatus = Type.Enum(['ACTIVE', 'DISABLED'])
export type WebhookStatus = Static<typeof WebhookStatus>

export const Webhook = Type.Object({
  id: Id,
  name: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  url: Type.String(),
  events: Type.Array(WebhookEvent),
  status: WebhookStatus,
  signed: Type.Boolean({ description: 'Whether posts carry a signature, made with the secret.' }),
  created_at: Time,
  updated_at: Time,
})
export type Webhook = Static<typeof Webhook>

export const WebhookDelivery = Type.Object({
  id: Id,
  webhook_id: Id,
  webhook: Type.String(),
  event: WebhookEvent,
  test: Type.Boolean({ description: 'Sent to try the webhook, not because something happened.' }),
  state: Type.Enum(['pending', 'delivered', 'failed']),
  attempts: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'The HTTP status of the last answer.' }),
  error: Type.Union([Type.String(), Type.Null()]),
  created_at: Time,
  finished_at: Type.Union([Time, Type.Null()]),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const WebhookTest = Type.Object({
  delivered: Type.Boolean(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  body: Type.Union([Type.String(), Type.Null()], { description: 'The beginning of the answer.' }),
  error: Type.Union([Type.String(), Type.Null()]),
})
export type WebhookTest = Static<typeof WebhookTest>

const Url = Type.String({ maxLength: 2048 })
const Secret = Type.String({ minLength: 1, maxLength: 1024 })
const Description = Type.String({ maxLength: 1000 })
const Events = Type.Array(WebhookEvent, { maxItems: 100 })
const WebhookPath = Type.Object({ project: Name, webhook: Id })

export const webhooks = {
  list: endpoint({
    id: 'webhooks.list',
    method: 'GET',
    path: '/projects/:project/webhooks',
    summary: 'Webhooks of the project, newest first.',
    params: ProjectPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ webhooks: Type.Array(Webhook), next: Type.Optional(Type.String()) }),
  }),
  create: endpoint({
    id: 'webhooks.create',
    method: 'POST',
    path: '/projects/:project/webhooks',
    summary: 'Has events posted to an address. With a secret, posts are signed.',
    params: ProjectPath,
    body: Type.Object({
      name: Type.String({ maxLength: 63 }),
      url: Url,
      events: Events,
      description: Type.Optional(Description),
      secret: Type.Optional(Secret),
      status: Type.Optional(WebhookStatus),
    }),
    reply: Webhook,
  }),
  get: endpoint({
    id: 'webhooks.get',
    method: 'GET',
    path: '/projects/:project/webhooks/:webhook',
    summary: 'One webhook.',
    params: WebhookPath,
    reply: Webhook,
  }),
  update: endpoint({
    id: 'webhooks.update',
    method: 'PATCH',
    path: '/projects/:project/webhooks/:webhook',
    summary: 'Changes what is given; an empty secret ends signing.',
    params: WebhookPath,
    body: Type.Object({
      name: Type.Optional(Type.String({ maxLength: 63 })),
      url: Type.Optional(Url),
      events: Type.Optional(Events),
      description: Type.Optional(Description),
      secret: Type.Optional(Type.String({ maxLength: 1024 })),
      status: Type.Optional(WebhookStatus),
    }),
    reply: Webhook,
  }),
  delete: endpoint({
    id: 'webhooks.delete',
    method: 'DELETE',
    path: '/projects/:project/webhooks/:webhook',
    summary: 'Deletes a webhook; what was not delivered yet never is.',
    params: WebhookPath,
    reply: Type.Object({}),
  }),
  test: endpoint({
    id: 'webhooks.test',
    method: 'POST',
    path: '/projects/:project/webhooks/:webhook/test',
    summary: 'Posts an example of an event and tells what the receiver answered.',
    params: WebhookPath,
    body: Type.Object({ event: Type.Optional(WebhookEvent) }),
    reply: WebhookTest,
  }),
  deliveries: endpoint({
    id: 'webhooks.deliveries',
    method: 'GET',
    path: '/projects/:project/webhook-deliveries',
    summary: 'The posts of the last 30 days, newest first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, webhook: Type.Optional(Id) }),
    reply: Type.Object({ deliveries: Type.Array(WebhookDelivery), next: Type.Optional(Type.String()) }),
  }),
}
