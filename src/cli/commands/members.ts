import type { Static } from 'typebox'
import { roles } from '../../base/principal.ts'
import type { Role } from '../../contract/access.ts'
import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'

const user = { name: 'user', summary: 'name of the user' } as const

export const memberCommands = [
  command({
    name: 'members list',
    summary: 'Lists the members of the project',
    async run({ place: { client, project } }) {
      const { members } = await client.members.list({ params: { project } })
      return {
        data: members,
        show: (terminal) =>
          table(terminal, members, [
            { title: 'USER', value: (each) => each.user },
            { title: 'ROLE', value: ({ role }) => role },
            { title: 'SINCE', value: ({ since }) => ago(since) },
            {
              title: '',
              value: ({ platform_admin }) => (platform_admin ? 'administrator of the platform' : ''),
            },
          ]),
      }
    },
  }),
  command({
    name: 'members set',
    summary: 'Makes a user a member, or changes their role',
    arguments: [user, { name: 'role', summary: roles.join(', ') }],
    async run({ place: { client, project }, arguments: { user, role } }) {
      const set = await client.members.set({
        params: { project, user },
        body: { role: role as Static<typeof Role> },
      })
      return said(set, `${user} is ${set.role} of ${project}.`)
    },
  }),
  command({
    name: 'members remove',
    summary: 'Removes a member',
    arguments: [user],
    run: async ({ place: { client, project }, arguments: { user } }) =>
      said(
        await client.members.remove({ params: { project, user } }),
        `${user} is no member of ${project} any more.`,
      ),
  }),
]
