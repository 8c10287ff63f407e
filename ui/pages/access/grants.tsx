import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Grant, GrantedPermission, GrantType } from '../../../src/contract/grants.ts'
import { client } from '../../api/client.ts'
import { grantsQuery, membersQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Icon } from '../../design/icons.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'

const types: Readonly<Record<GrantType, string>> = {
  experiment: 'Experiment',
  registered_model: 'Model',
  prompt: 'Prompt',
  scorer: 'Scorer',
}
const permissions: Readonly<Record<GrantedPermission, string>> = {
  READ: 'read',
  USE: 'use',
  EDIT: 'edit',
  MANAGE: 'manage',
  DENY: 'nothing (denied)',
}

/** Who may do what with single experiments, models and prompts, beyond or below a role. */
export function Grants({ project }: { project: string }) {
  const { data, error } = useQuery(grantsQuery(project))
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ['grants', project] })
  const remove = useMutation({
    mutationFn: (grant: string) => client.grants.remove({ params: { project, grant } }),
    onSuccess: refresh,
  })
  const shown = data?.grants ?? []
  return (
    <Panel
      title="Single experiments, models and prompts"
      note="Grants add to a role; what is denied stays denied. Who makes a thing manages it."
    >
      <AddGrant project={project} done={refresh} />
      {error || remove.error ? <Failure error={error ?? remove.error} /> : null}
      {shown.length === 0 ? (
        <Nothing>No grants yet: roles alone decide.</Nothing>
      ) : (
        <Table
          label="Grants"
          rows={shown}
          rowKey={(grant) => String(grant.id)}
          columns={[
            {
              label: 'Who',
              cell: (grant) => (grant.user ? grant.user : <Tag>{`role ${grant.role ?? ''}`}</Tag>),
            },
            { label: 'May', cell: (grant) => permissionOf(grant) },
            { label: 'What', cell: (grant) => typeOf(grant) },
            { label: 'Which', cell: (grant) => resourceOf(grant) },
            {
              label: ' ',
              align: 'right',
              cell: (grant) =>
                grant.user ? (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Take back from ${grant.user}: ${typeOf(grant)} ${grant.resource}`}
                    onClick={() => remove.mutate(String(grant.id))}
                  >
                    <Icon name="trash" />
                  </ActionIcon>
                ) : null,
            },
          ]}
        />
      )}
    </Panel>
  )
}

function permissionOf({ type, permission }: Grant): string {
  if (type === 'workspace') return permission === 'MANAGE' ? 'administer' : 'belong to'
  return permission === 'NO_PERMISSIONS'
    ? 'nothing'
    : (permissions[permission as GrantedPermission] ?? permission)
}

function resourceOf({ type, resource }: Grant): string {
  if (type === 'workspace') return ''
  return resource === '*' ? 'all' : resource
}

function typeOf({ type }: Grant): string {
  if (type === 'workspace') return 'The project'
  return types[type as GrantType] ?? type.replaceAll('_', ' ')
}

function AddGrant({ project, done }: { project: string; done: () => Promise<void> }) {
  const { data: members } = useQuery(membersQuery(project))
  const [user, setUser] = useState('')
  const [type, setType] = useState<GrantType>('experiment')
  const [resource, setResource] = useState('')
  const [permission, setPermission] = useState<GrantedPermission>('READ')
  const set = useMutation({
    mutationFn: () =>
      client.grants.set({
        params: { project },
        body: { user: user.trim(), type, resource: resource.trim(), permission },
      }),
    onSuccess: async () => {
      setResource('')
      await done()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate()
      }}
    >
      <Group gap={8} align="flex-end" mb={12}>
        <TextInput
          label="Who"
          size="xs"
          list="grant-people"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          autoComplete="off"
        />
        <datalist id="grant-people">
          {members?.members.map((member) => (
            <option key={member.user_id} value={member.user} />
          ))}
        </datalist>
        <Choice label="May" names={permissions} value={permission} set={setPermission} />
        <Choice label="What" names={types} value={type} set={setType} />
        <TextInput
          label={type === 'experiment' ? 'Its id, or *' : 'Its name, or *'}
          size="xs"
          value={resource}
          onChange={(event) => setResource(event.currentTarget.value)}
          autoComplete="off"
        />
        <Button type="submit" disabled={user.trim() === '' || resource.trim() === ''} loading={set.isPending}>
          Grant
        </Button>
      </Group>
      {set.error ? <Failure error={set.error} /> : null}
    </form>
  )
}

function Choice<T extends string>(props: {
  label: string
  names: Readonly<Record<T, string>>
  value: T
  set: (value: T) => void
}) {
  const all = Object.entries(props.names) as [T, string][]
  return (
    <Select
      label={props.label}
      size="xs"
      w={140}
      data={all.map(([value, label]) => ({ value, label }))}
      value={props.value}
      allowDeselect={false}
      onChange={(chosen) => {
        const found = all.find(([value]) => value === chosen)
        if (found !== undefined) props.set(found[0])
      }}
    />
  )
}
