import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'

export const projectCommands = [
  command({
    name: 'projects list',
    summary: 'Lists the projects that you may see',
    async run({ place: { client } }) {
      const { projects } = await client.projects.list({})
      return {
        data: projects,
        show: (terminal) =>
          table(terminal, projects, [
            { title: 'PROJECT', value: ({ name }) => name },
            { title: 'YOUR ROLE', value: ({ role }) => role },
            { title: 'MADE', value: ({ created_at }) => ago(created_at) },
            { title: 'DESCRIPTION', value: ({ description }) => description, flexible: true },
          ]),
      }
    },
  }),
  command({
    name: 'projects create',
    summary: 'Creates a project',
    arguments: [{ name: 'name', summary: 'lower-case letters, digits and hyphens' }],
    options: { description: { summary: 'What it is for', value: 'TEXT' } },
    async run({ place: { client }, arguments: { name }, options: { description } }) {
      const made = await client.projects.create({
        body: { name, ...(description === undefined ? {} : { description }) },
      })
      return said(made, `Created ${name}: use it with \`--project ${name}\`.`)
    },
  }),
]
