import type { Event } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import type { WebhookEvent } from '../../contract/webhooks.ts'
import { webhookEvents } from '../../contract/webhooks.ts'

/** What a webhook tells of: its event, and the facts in the form in which receivers know them. */
export interface Told {
  readonly event: WebhookEvent
  readonly data: Readonly<Record<string, unknown>>
}

/** Tags that say what a thing is: receivers know it by the event already. */
const typeTags: readonly string[] = ['mlflow.prompt.is_prompt', '_mlflow_prompt_type']
const templateTag = 'mlflow.prompt.text'

/** The events of the registry that webhooks may tell of. */
export const toldTypes = [
  'registered_model.created',
  'model_version.created',
  'registered_model.tag_set',
  'registered_model.tag_deleted',
  'model_version.tag_set',
  'model_version.tag_deleted',
  'model_alias.set',
  'model_alias.deleted',
] as const

/** How webhooks tell of what happened; undefined when none can: models' own tags are told of prompts alone. */
export function toldOf({ type, data }: Pick<Event, 'type' | 'data'>): Told | undefined {
  const prompt = data.prompt === true
  const told = (event: WebhookEvent, facts: Record<string, unknown>): Told => ({
    event,
    data: { name: data.model, ...facts },
  })
  const version = { version: String(data.version) }
  switch (type) {
    case 'registered_model.created': {
      const { tags, description } = data
      return prompt
        ? told('prompt.created', { tags: without(tags, typeTags), description })
        : told('registered_model.created', { tags, description })
    }
    case 'model_version.created':
      return prompt ? told('prompt_version.created', promptVersion(data)) : told(type, modelVersion(data))
    case 'registered_model.tag_set':
      return prompt ? told('prompt_tag.set', { key: data.key, value: data.value }) : undefined
    case 'registered_model.tag_deleted':
      return prompt ? told('prompt_tag.deleted', { key: data.key }) : undefined
    case 'model_version.tag_set':
      return told(prompt ? 'prompt_version_tag.set' : 'model_version_tag.set', {
        ...version,
        key: data.key,
        value: data.value,
      })
    case 'model_version.tag_deleted':
      return told(prompt ? 'prompt_version_tag.deleted' : 'model_version_tag.deleted', {
        ...version,
        key: data.key,
      })
    case 'model_alias.set':
      return told(prompt ? 'prompt_alias.created' : 'model_version_alias.created', {
        alias: data.alias,
        ...version,
      })
    case 'model_alias.deleted':
      return told(prompt ? 'prompt_alias.deleted' : 'model_version_alias.deleted', { alias: data.alias })
    default:
      return undefined
  }
}

function modelVersion(data: Event['data']) {
  const { source, run_id, tags, description } = data
  return { version: String(data.version), source, run_id, tags, description }
}

function promptVersion(data: Event['data']) {
  return {
    version: String(data.version),
    template: (data.tags as Record<string, string>)[templateTag] ?? null,
    tags: without(data.tags, [...typeTags, templateTag]),
    description: data.description,
  }
}

function without(tags: unknown, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(tags ?? {}).filter(([key]) => !keys.includes(key)))
}

/** Fails with `invalid_argument` for what is no event. */
export function eventOf(text: string): WebhookEvent {
  const event = webhookEvents.find((one) => one === text)
  if (event !== undefined) return event
  const [entity, action] = text.split('.')
  const actions = webhookEvents.flatMap((one) => (one.split('.')[0] === entity ? [one.split('.')[1]] : []))
  throw new SlipwayError(
    'invalid_argument',
    `Invalid action '${action}' for entity '${entity}'. ` +
      `Valid actions are: [${actions
        .toSorted()
        .map((one) => `'${one}'`)
        .join(', ')}]`,
  )
}
