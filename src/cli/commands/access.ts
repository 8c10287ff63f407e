import type { Static } from 'typebox'
import type { Role } from '../../contract/access.ts'
import { command, said } from '../command.ts'
import { ago } from '../format.ts'
import { facts, table } from '../table.ts'

type RoleName = Static<typeof Role>
const roles = ['viewer', 'contributor', 'reviewer', 'operator', 'admin'] as const
const user = { name: 'user', summary: 'name of the user' } as const
const days = {
  summary: 'Days that it is good for; default 90, at most 366',
  value: 'DAYS',
  integer: true,
} as const

const projectCommands = [
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

const memberCommands = [
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
      const set = await client.members.set({ params: { project, user }, body: { role: role as RoleName } })
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

const userCommands = [
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

const tokenCommands = [
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
          ...(options.role === undefined ? {} : { role: options.role as RoleName }),
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

const platformCommands = [
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

export const accessCommands = [
  ...projectCommands,
  ...memberCommands,
  ...userCommands,
  ...tokenCommands,
  ...platformCommands,
]
