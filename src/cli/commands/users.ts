import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'

const user = { name: 'user', summary: 'name of the user' } as const

export const userCommands = [
  command({
    name: 'users list',
    summary: 'Lists the users of the platform',
    async run({ place: { client } }) {
      const { users } = await client.users.list({ query: { limit: 1000 } })
      return {
        data: users,
        show: (terminal) =>
          table(terminal, users, [
            { title: 'USER', value: ({ name }) => name },
            { title: 'PLATFORM', value: ({ platform_role }) => platform_role },
            { title: 'STATE', value: ({ disabled }) => (disabled ? 'disabled' : 'enabled') },
            { title: 'SEEN', value: ({ last_seen_at }) => ago(last_seen_at) ?? 'never' },
          ]),
      }
    },
  }),
  command({
    name: 'users create',
    summary: 'Creates a user, with a one-time login link for them',
    arguments: [user],
    options: { administrator: { summary: 'Make them an administrator of the platform' } },
    async run({ place: { client, url }, arguments: { user }, options: { administrator } }) {
      const made = await client.users.create({
        body: { name: user, ...(administrator ? { platform_role: 'admin' as const } : {}) },
      })
      const link = `${url}${made.login.path}`
      return said({ ...made, link }, `Created. They log in once, within the hour, at\n  ${link}`)
    },
  }),
  command({
    name: 'users link',
    summary: 'Makes a one-time login link for a user',
    arguments: [user],
    async run({ place: { client, url }, arguments: { user } }) {
      const made = await client.users.link({ params: { user } })
      return said({ ...made, link: `${url}${made.path}` }, `${url}${made.path}`)
    },
  }),
  ...(['disable', 'enable'] as const).map((verb) =>
    command({
      name: `users ${verb}`,
      summary:
        verb === 'disable' ? 'Ends all sessions and tokens of a user' : 'Lets a disabled user in again',
      arguments: [user],
      async run({ place: { client }, arguments: { user } }) {
        const changed = await client.users.update({
          params: { user },
          body: { disabled: verb === 'disable' },
        })
        return said(changed, `${user} is ${verb}d.`)
      },
    }),
  ),
]
