import type { Client } from '../../client/client.ts'
import { type WebhookEvent, webhookEvents } from '../../contract/webhooks.ts'
import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'
import { state } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const webhook = { name: 'webhook', summary: 'name or id of the webhook' } as const
const help = 'slipway webhooks list'

/** By its id, or by its name where only one has it. */
async function find(client: Client, project: string, given: string) {
  const { webhooks } = await client.webhooks.list({ params: { project }, query: { limit: 1000 } })
  const found = webhooks.filter(({ id, name }) => id === given || name === given)
  const [only] = found
  if (only === undefined) throw new UsageError(`There is no webhook ${given}.`, help)
  if (found.length > 1)
    throw new UsageError(`${found.length} webhooks are called ${given}: give the id.`, help)
  return only
}

const list = command({
  name: 'webhooks list',
  summary: 'Lists who is told what happens to models and prompts',
  async run({ place: { client, project } }) {
    const { webhooks } = await client.webhooks.list({ params: { project }, query: { limit: 1000 } })
    return {
      data: webhooks,
      show: (terminal) =>
        table(
          terminal,
          webhooks,
          [
            { title: 'WEBHOOK', value: ({ name }) => name },
            { title: 'ADDRESS', value: ({ url }) => url, flexible: true },
            { title: 'TELLS OF', value: ({ events }) => events.join(' '), flexible: true },
            { title: 'SIGNED', value: ({ signed }) => (signed ? 'yes' : 'no') },
            { title: 'STATE', value: (each) => state(terminal, each.status.toLowerCase()) },
            { title: 'ID', value: ({ id }) => id },
          ],
          'No webhooks.',
        ),
    }
  },
})

export const webhookCommands = [
  list,
  { ...list, name: 'webhooks ls', hidden: true as const },
  command({
    name: 'webhooks create',
    summary: 'Has what happens to models and prompts posted to an address',
    arguments: [
      { name: 'name', summary: 'what it is called' },
      { name: 'address', summary: 'https://…' },
    ],
    options: {
      event: {
        summary: 'What it tells of; may be given several times',
        value: 'EVENT',
        choices: webhookEvents,
        many: true,
        required: true,
      },
      secret: { summary: 'Signs the posts', value: 'SECRET' },
      description: { summary: 'What it is for', value: 'TEXT' },
    },
    async run({ place: { client, project }, arguments: { name, address }, options }) {
      const { secret, description } = options
      const made = await client.webhooks.create({
        params: { project },
        body: {
          name,
          url: address,
          events: options.event as WebhookEvent[],
          ...(secret === undefined ? {} : { secret }),
          ...(description === undefined ? {} : { description }),
        },
      })
      return said(made, `Created ${made.id}. Try it: slipway webhooks test ${name}`)
    },
  }),
  command({
    name: 'webhooks test',
    summary: 'Posts an example and shows what the receiver answered',
    arguments: [webhook],
    options: { event: { summary: 'Of which event', value: 'EVENT', choices: webhookEvents } },
    async run({ place: { client, project }, arguments: given, options }) {
      const { id } = await find(client, project, given.webhook)
      const event = options.event as WebhookEvent | undefined
      const result = await client.webhooks.test({
        params: { project, webhook: id },
        body: event === undefined ? {} : { event },
      })
      const answer = result.error ?? `The receiver answered ${result.status}: ${result.body ?? ''}`
      return {
        data: result,
        show: () => `${result.delivered ? 'Delivered' : 'Failed'}. ${answer.trim()}\n`,
        ...(result.delivered ? {} : { exit: 1 }),
      }
    },
  }),
  command({
    name: 'webhooks deliveries',
    summary: 'Lists the posts of the last 30 days, newest first',
    options: {
      webhook: { summary: 'Only of this one', value: 'WEBHOOK' },
      limit: { summary: 'How many', value: 'N', integer: true },
    },
    async run({ place: { client, project }, options }) {
      const only =
        options.webhook === undefined ? undefined : (await find(client, project, options.webhook)).id
      const { deliveries } = await client.webhooks.deliveries({
        params: { project },
        query: { limit: options.limit ?? 50, ...(only === undefined ? {} : { webhook: only }) },
      })
      return {
        data: deliveries,
        show: (terminal) =>
          table(
            terminal,
            deliveries,
            [
              { title: 'WHEN', value: ({ created_at }) => ago(created_at) },
              { title: 'WEBHOOK', value: (each) => each.webhook },
              { title: 'EVENT', value: ({ event, test }) => (test ? `${event} (test)` : event) },
              { title: 'STATE', value: (each) => state(terminal, each.state) },
              { title: 'ATTEMPTS', value: ({ attempts }) => String(attempts) },
              {
                title: 'ANSWER',
                value: ({ status, error }) => error ?? (status === null ? '' : String(status)),
                flexible: true,
              },
            ],
            'Nothing was posted yet.',
          ),
      }
    },
  }),
  command({
    name: 'webhooks delete',
    summary: 'Deletes a webhook',
    arguments: [webhook],
    async run({ place: { client, project }, arguments: given }) {
      const { id, name } = await find(client, project, given.webhook)
      return said(await client.webhooks.delete({ params: { project, webhook: id } }), `${name} is deleted.`)
    },
  }),
]
