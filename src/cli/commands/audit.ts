import { command } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'

export const auditCommands = [
  command({
    name: 'audit list',
    summary: 'Lists what was changed, newest first',
    options: {
      all: { summary: 'On the whole platform' },
      action: { summary: 'An action, or the beginning of several: `line.`', value: 'ACTION' },
      actor: { summary: 'Who did it', value: 'NAME' },
      limit: { summary: 'How many', value: 'N', integer: true },
    },
    async run({ place: { client, project }, options: { all, action, actor, limit } }) {
      const query = {
        limit: limit ?? 30,
        ...(action === undefined ? {} : { action }),
        ...(actor === undefined ? {} : { actor }),
      }
      const { entries } = all
        ? await client.audit.listAll({ query })
        : await client.audit.list({ params: { project }, query })
      return {
        data: entries,
        show: (terminal) =>
          table(terminal, entries, [
            { title: 'WHEN', value: ({ at }) => ago(at) },
            { title: 'WHO', value: (entry) => entry.actor.name },
            { title: 'ACTION', value: (entry) => entry.action },
            { title: 'SUBJECT', value: ({ subject_type, subject_id }) => `${subject_type} ${subject_id}` },
            { title: 'DETAILS', value: ({ details }) => JSON.stringify(details), flexible: true },
          ]),
      }
    },
  }),
]
