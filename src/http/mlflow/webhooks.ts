import { eventOf, type Webhook } from '../../areas/webhooks/index.ts'
import { MlflowError } from './failure.ts'
import { type Call, type Rpc, rpc } from './rpc.ts'
import { some } from './show.ts'

const base = '/2.0/mlflow/webhooks'
const one = `${base}/:webhook_id`

const entities = [
  'REGISTERED_MODEL',
  'MODEL_VERSION',
  'MODEL_VERSION_TAG',
  'MODEL_VERSION_ALIAS',
  'PROMPT',
  'PROMPT_VERSION',
  'PROMPT_TAG',
  'PROMPT_VERSION_TAG',
  'PROMPT_ALIAS',
  'BUDGET_POLICY',
] as const
const actions = ['CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'] as const
const eventFields = {
  entity: { type: 'enum', values: entities, required: true },
  action: { type: 'enum', values: actions, required: true },
} as const
const fields = {
  description: { type: 'string' },
  events: { type: 'message', list: true, fields: eventFields },
  secret: { type: 'string' },
  status: { type: 'enum', values: ['ACTIVE', 'DISABLED'] },
} as const

interface Event {
  readonly entity: string
  readonly action: string
}

export const webhookRpcs: readonly Rpc[] = [
  rpc(
    'POST',
    base,
    'project:admin',
    { name: { type: 'string', required: true }, url: { type: 'string', required: true }, ...fields },
    async ({ webhooks, principal, project, request }) => ({
      webhook: view(
        await webhooks.create(principal, {
          projectId: project.id,
          name: request.name,
          url: request.url,
          events: request.events.map(named),
          description: request.description,
          secret: request.secret,
          status: request.status,
        }),
      ),
    }),
  ),
  rpc(
    'GET',
    base,
    'project:admin',
    { max_results: { type: 'int64' }, page_token: { type: 'string' } },
    async ({ webhooks, project, request }) => {
      const limit = Number(request.max_results ?? 0) || 100
      if (limit < 1 || limit > 1000) {
        throw new MlflowError('INVALID_PARAMETER_VALUE', 'max_results must be between 1 and 1000.')
      }
      const cursor = request.page_token || undefined
      const page = await webhooks.list({ projectId: project.id, limit, cursor })
      return { webhooks: some(page.webhooks.map(view)), next_page_token: page.next }
    },
  ),
  rpc('GET', one, 'project:admin', {}, async (call) => ({
    webhook: view(await call.webhooks.get(call.project.id, id(call))),
  })),
  rpc(
    'PATCH',
    one,
    'project:admin',
    { name: { type: 'string' }, url: { type: 'string' }, ...fields },
    async (call) => {
      const { name, url, description, secret, status } = call.request
      const events = call.request.events.map(named)
      const changed = await call.webhooks.update(
        call.principal,
        { projectId: call.project.id, id: id(call) },
        {
          ...(name ? { name } : {}),
          ...(url ? { url } : {}),
          ...(events.length > 0 ? { events } : {}),
          ...(description === undefined ? {} : { description }),
          ...(secret === undefined ? {} : { secret }),
          ...(status === undefined ? {} : { status }),
        },
      )
      return { webhook: view(changed) }
    },
  ),
  rpc('DELETE', one, 'project:admin', {}, async (call) => {
    await call.webhooks.remove(call.principal, call.project.id, id(call))
    return {}
  }),
  rpc(
    'POST',
    `${one}/test`,
    'project:admin',
    { event: { type: 'message', fields: eventFields } },
    async (call) => {
      const { event } = call.request
      const result = await call.webhooks.test(call.principal, call.project, {
        id: id(call),
        event: event === undefined ? undefined : named(event),
      })
      return {
        result: {
          success: result.status !== null && result.status < 400,
          response_status: result.status ?? undefined,
          response_body: result.body ?? undefined,
          error_message: result.error === null ? undefined : `Failed to test webhook: ${result.error}`,
        },
      }
    },
  ),
]

function id(call: Pick<Call, 'params'>): string {
  return call.params.webhook_id ?? ''
}

function named({ entity, action }: Event) {
  return eventOf(`${entity.toLowerCase()}.${action.toLowerCase()}`)
}

function view(webhook: Webhook) {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    description: webhook.description ?? undefined,
    url: webhook.url,
    events: webhook.events.map((event) => {
      const [entity = '', action = ''] = event.toUpperCase().split('.')
      return { entity, action }
    }),
    status: webhook.status,
    creation_timestamp: webhook.created.getTime(),
    last_updated_timestamp: webhook.updated.getTime(),
  }
}
