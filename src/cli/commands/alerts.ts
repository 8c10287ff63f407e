import { command, said } from '../command.ts'
import { ago, number } from '../format.ts'
import { facts, table } from '../table.ts'
import { state } from '../terminal.ts'

const alert = { name: 'alert', summary: 'id of the alert' } as const
const channel = { name: 'channel', summary: 'name of the channel' } as const

export const alertCommands = [
  command({
    name: 'alerts list',
    summary: 'Lists alerts, newest first',
    options: {
      state: { summary: 'Only these', value: 'STATE', choices: ['open', 'acknowledged', 'resolved'] },
    },
    async run({ place: { client, project }, options }) {
      const only = options.state as 'open' | 'acknowledged' | 'resolved' | undefined
      const { alerts } = await client.alerts.list({
        params: { project },
        query: only === undefined ? {} : { state: only },
      })
      return {
        data: alerts,
        show: (terminal) =>
          table(
            terminal,
            alerts,
            [
              { title: 'ALERT', value: ({ id }) => id },
              { title: 'KIND', value: ({ kind }) => kind },
              { title: 'STATE', value: (each) => state(terminal, each.state) },
              { title: 'OPENED', value: ({ opened_at }) => ago(opened_at) },
              { title: 'WHAT', value: ({ title }) => title, flexible: true },
            ],
            'No alerts.',
          ),
      }
    },
  }),
  command({
    name: 'alerts show',
    summary: 'Shows an alert with its evidence',
    arguments: [alert],
    async run({ place: { client, project }, arguments: { alert } }) {
      const shown = await client.alerts.get({ params: { project, alert } })
      const { evidence } = shown
      return {
        data: shown,
        show: (terminal) =>
          `${facts(terminal, [
            ['alert', shown.title],
            ['state', state(terminal, shown.state)],
            ['opened', ago(shown.opened_at)],
            [
              'window',
              `${number(evidence.window.rows)} rows, ${evidence.window.from} to ${evidence.window.to}`,
            ],
            [
              'metric',
              evidence.metric &&
                `${evidence.metric} ${number(evidence.value)}, allowed ${number(evidence.limit)}`,
            ],
            [
              'acknowledged',
              shown.acknowledged_by && `${ago(shown.acknowledged_at)} by ${shown.acknowledged_by}`,
            ],
            ['resolved', shown.resolved_at && `${ago(shown.resolved_at)}: ${shown.resolution}`],
          ])}${
            evidence.columns === undefined
              ? ''
              : `\n${table(terminal, evidence.columns, [
                  { title: 'COLUMN', value: ({ name }) => name, flexible: true },
                  { title: 'TEST', value: ({ test }) => test },
                  { title: 'SCORE', value: ({ score }) => number(score) },
                  { title: 'THRESHOLD', value: ({ threshold }) => number(threshold) },
                ])}`
          }`,
      }
    },
  }),
  command({
    name: 'alerts acknowledge',
    summary: 'Says that somebody looks after it',
    arguments: [alert],
    run: async ({ place: { client, project }, arguments: { alert } }) =>
      said(
        await client.alerts.acknowledge({ params: { project, alert }, body: {} }),
        'Acknowledged; it stays unresolved.',
      ),
  }),
  command({
    name: 'alerts resolve',
    summary: 'Closes an alert by hand; it opens again when a later window is bad',
    arguments: [alert],
    options: { note: { summary: 'For the record', value: 'TEXT' } },
    async run({ place: { client, project }, arguments: { alert }, options: { note } }) {
      const body = note === undefined ? {} : { note }
      return said(await client.alerts.resolve({ params: { project, alert }, body }), 'Resolved.')
    },
  }),
  command({
    name: 'channels list',
    summary: 'Lists where alerts can be sent',
    async run({ place: { client, project } }) {
      const { channels } = await client.channels.list({ params: { project } })
      return {
        data: channels,
        show: (terminal) =>
          table(terminal, channels, [
            { title: 'CHANNEL', value: ({ name }) => name },
            { title: 'KIND', value: ({ kind }) => kind },
            { title: 'HOST', value: ({ host }) => host, flexible: true },
            { title: 'MADE', value: ({ created_at }) => ago(created_at) },
          ]),
      }
    },
  }),
  command({
    name: 'channels create',
    summary: 'Declares a webhook that alerts are posted to',
    arguments: [channel, { name: 'address', summary: 'https://…' }],
    async run({ place: { client, project }, arguments: { channel, address } }) {
      const made = await client.channels.create({
        params: { project },
        body: { name: channel, kind: 'webhook', url: address },
      })
      return said(made, `Created. Posts are signed with ${made.secret}, which is shown only now.`)
    },
  }),
  command({
    name: 'channels delete',
    summary: 'Removes a channel',
    arguments: [channel],
    run: async ({ place: { client, project }, arguments: { channel } }) =>
      said(await client.channels.delete({ params: { project, channel } }), `${channel} is deleted.`),
  }),
]
