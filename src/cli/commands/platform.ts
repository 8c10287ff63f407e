import { command } from '../command.ts'
import { ago } from '../format.ts'
import { facts, table } from '../table.ts'

export const platformCommands = [
  command({
    name: 'platform status',
    summary: 'Shows the state of the parts of the platform',
    async run({ place: { client } }) {
      const status = await client.platform.status({})
      return {
        data: status,
        show: (terminal) =>
          `${facts(terminal, [
            ['version', status.version],
            ['started', ago(status.started_at)],
            ['projects', status.projects],
            ['users', status.users],
          ])}\n${table(terminal, status.parts, [
            { title: 'PART', value: ({ name }) => name },
            { title: 'STATE', value: ({ state }) => state },
            { title: '', value: ({ message }) => message, flexible: true },
          ])}`,
      }
    },
  }),
  command({
    name: 'platform work',
    summary: 'Shows the work queue',
    async run({ place: { client } }) {
      const work = await client.platform.work({})
      return {
        data: work,
        show: (terminal) =>
          `${table(
            terminal,
            work.kinds,
            [
              { title: 'KIND', value: ({ kind }) => kind },
              { title: 'WAITING', value: ({ waiting }) => waiting },
              { title: 'RUNNING', value: ({ running }) => running },
              { title: 'SCHEDULED', value: ({ scheduled }) => scheduled },
              { title: 'FAILED', value: ({ failed }) => failed },
              { title: 'OLDEST', value: ({ oldest_due_at }) => ago(oldest_due_at) },
            ],
            'Nothing to do.',
          )}${
            work.failures.length === 0
              ? ''
              : `\n${table(terminal, work.failures, [
                  { title: 'FAILED', value: ({ kind }) => kind },
                  { title: 'KEY', value: ({ key }) => key },
                  { title: 'TRIES', value: ({ attempts }) => attempts },
                  { title: 'ERROR', value: ({ error }) => error, flexible: true },
                ])}`
          }`,
      }
    },
  }),
]
