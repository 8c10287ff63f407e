import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { actions } from '../../../src/base/permission.ts'
import { type Role, roles } from '../../../src/base/principal.ts'
import type { LoginLink, Member } from '../../../src/contract/access.ts'
import { base, client } from '../../api/client.ts'
import { membersQuery, sessionQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Failure } from '../../design/failure.tsx'
import { Icon } from '../../design/icons.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { Grants } from './grants.tsx'
import { Secret } from './secret.tsx'

const route = getRouteApi('/signed-in/projects/$project/members')

/** Who may do what in the project. */
export function MembersPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(membersQuery(project))
  const may = useMay(project, 'project:admin')
  const [leaving, setLeaving] = useState<Member>()
  const change = useMemberChange(project)
  const remove = useMutation({
    mutationFn: (user: string) => client.members.remove({ params: { project, user } }),
    onSuccess: change.refresh,
  })
  return (
    <Page title="Members" lede={`Who may do what in ${project}. Every change is in the audit log.`}>
      {may ? <AddMember project={project} /> : null}
      {change.set.error ? <Failure error={change.set.error} /> : null}
      <Panel title="People" flush>
        <Table
          label="Members"
          rows={data.members}
          rowKey={(member) => member.user_id}
          columns={[
            {
              label: 'Name',
              cell: (member) => (
                <>
                  <strong style={{ fontWeight: 550 }}>{member.user}</strong>{' '}
                  {member.platform_admin ? <Tag>platform administrator</Tag> : null}
                </>
              ),
            },
            {
              label: 'Role',
              cell: (member) =>
                may && !member.platform_admin ? (
                  <RoleSelect
                    label={`Role of ${member.user}`}
                    value={member.role}
                    onChange={(role) => change.set.mutate({ user: member.user, role })}
                  />
                ) : (
                  member.role
                ),
            },
            { label: 'Since', wide: true, cell: (member) => <Ago at={member.since} /> },
            {
              label: ' ',
              align: 'right',
              cell: (member) =>
                may && !member.platform_admin ? (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove ${member.user}`}
                    onClick={() => setLeaving(member)}
                  >
                    <Icon name="trash" />
                  </ActionIcon>
                ) : null,
            },
          ]}
        />
      </Panel>
      {may ? <Grants project={project} /> : null}
      <Panel title="What each role may do" note="And all that the roles above it in this table may" flush>
        <Table
          label="Roles"
          rows={roles}
          rowKey={(role) => role}
          columns={[
            { label: 'Role', cell: (role) => role },
            { label: 'May', cell: mayOf },
          ]}
        />
      </Panel>
      <Confirm
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        title={`Remove ${leaving?.user ?? ''}`}
        action="Remove"
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate(leaving.user, { onSuccess: () => setLeaving(undefined) })}
      >
        They lose access to {project} at once, and so do their tokens for it.
      </Confirm>
    </Page>
  )
}

function mayOf(role: Role): string {
  const own = Object.entries(actions).filter(
    ([action, least]) => least === role && !action.startsWith('platform'),
  )
  const verbs = new Map<string, string[]>()
  for (const [action] of own) {
    const [noun = '', verb = ''] = action.split(':')
    verbs.set(verb, [...(verbs.get(verb) ?? []), noun])
  }
  return [...verbs].map(([verb, nouns]) => `${verb} ${nouns.join(', ')}`).join('; ')
}

function useMemberChange(project: string) {
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['members', project] })
  const set = useMutation({
    mutationFn: ({ user, role }: { user: string; role: Role }) =>
      client.members.set({ params: { project, user }, body: { role } }),
    onSuccess: refresh,
  })
  return { set, refresh }
}

function RoleSelect(props: { label: string; value: Role; onChange: (role: Role) => void }) {
  return (
    <Select
      aria-label={props.label}
      size="xs"
      w={140}
      data={[...roles]}
      value={props.value}
      allowDeselect={false}
      onChange={(value) => {
        const role = roles.find((each) => each === value)
        if (role !== undefined && role !== props.value) props.onChange(role)
      }}
    />
  )
}

/** Adds someone who has an account; an administrator of the platform can make the account, too. */
function AddMember({ project }: { project: string }) {
  const { data: me } = useSuspenseQuery(sessionQuery())
  const [user, setUser] = useState('')
  const [role, setRole] = useState<Role>('contributor')
  const [link, setLink] = useState<LoginLink>()
  const { set, refresh } = useMemberChange(project)
  const invite = useMutation({
    mutationFn: async (name: string) => {
      const made = await client.users.create({ body: { name } })
      await client.members.set({ params: { project, user: name }, body: { role } })
      return made.login
    },
    onSuccess: async (login) => {
      setLink(login)
      setUser('')
      await refresh()
    },
  })
  const name = user.trim().toLowerCase()
  return (
    <Panel title="Add a member">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate({ user: name, role }, { onSuccess: () => setUser('') })
        }}
      >
        <Group gap={8} align="flex-end">
          <TextInput
            label="Name"
            size="xs"
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            autoComplete="off"
          />
          <RoleSelect label="Role of the new member" value={role} onChange={setRole} />
          <Button type="submit" disabled={name === ''} loading={set.isPending}>
            Add
          </Button>
          {me.platform_role === 'admin' ? (
            <Button
              variant="default"
              disabled={name === ''}
              loading={invite.isPending}
              onClick={() => invite.mutate(name)}
            >
              Create the account and add
            </Button>
          ) : null}
        </Group>
      </form>
      {set.error || invite.error ? <Failure error={set.error ?? invite.error} /> : null}
      {link ? (
        <Secret
          title={`Give this link to ${link.user}`}
          secret={new URL(`${base.slice(0, -1)}${link.path}`, location.href).href}
          close={() => setLink(undefined)}
        >
          It signs them in once, until <Ago at={link.expires_at} />. It is not shown again.
        </Secret>
      ) : null}
    </Panel>
  )
}
