import type { Static } from 'typebox'
import { roles } from '../../base/principal.ts'
import type { Role } from '../../contract/access.ts'
import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { table } from '../table.ts'

const days = {
  summary: 'Days that it is good for; default 90, at most 366',
  value: 'DAYS',
  integer: true,
} as const

export const tokenCommands = [
  command({
    name: 'tokens list',
    summary: 'Lists your tokens, or all of the project',
    options: { all: { summary: 'Of anyone, that open only this project' } },
    async run({ place: { client, project }, options: { all } }) {
      const { tokens } = all
        ? await client.tokens.listForProject({ params: { project } })
        : await client.tokens.list({})
      return {
        data: tokens,
        show: (terminal) =>
          table(terminal, tokens, [
            { title: 'TOKEN', value: ({ id }) => id },
            { title: 'NAME', value: ({ name }) => name, flexible: true },
            { title: 'USER', value: (each) => each.user },
            { title: 'PROJECT', value: ({ project: only }) => only ?? 'all' },
            { title: 'ROLE', value: ({ role }) => role ?? "the user's" },
            {
              title: 'EXPIRES',
              value: (each) => (each.revoked_at === null ? ago(each.expires_at) : 'revoked'),
            },
            { title: 'USED', value: ({ last_used_at }) => ago(last_used_at) ?? 'never' },
          ]),
      }
    },
  }),
  command({
    name: 'tokens create',
    summary: 'Creates a token that may do what you may, or less',
    arguments: [{ name: 'name', summary: 'what it is for' }],
    options: {
      role: { summary: 'The most it may act as', value: 'ROLE', choices: roles },
      only: { summary: 'The only project that it opens', value: 'PROJECT' },
      days,
    },
    async run({ place: { client }, arguments: { name }, options }) {
      const made = await client.tokens.create({
        body: {
          name,
          ...(options.role === undefined ? {} : { role: options.role as Static<typeof Role> }),
          ...(options.only === undefined ? {} : { project: options.only }),
          ...(options.days === undefined ? {} : { expires_in_days: options.days }),
        },
      })
      // The secret alone on standard output, so that it can be piped.
      return { data: made, show: () => `${made.secret}\n` }
    },
  }),
  command({
    name: 'tokens revoke',
    summary: 'Revokes a token',
    arguments: [{ name: 'token', summary: 'id of the token' }],
    run: async ({ place: { client }, arguments: { token } }) =>
      said(
        await client.tokens.revoke({ params: { token: token.replace(/^slp_([0-9a-f]+)_.*$/, '$1') } }),
        'Revoked.',
      ),
  }),
]
