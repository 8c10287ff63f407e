import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { type Role, roles } from '../../../src/base/principal.ts'
import type { NewToken, Token } from '../../../src/contract/access.ts'
import { client } from '../../api/client.ts'
import { ownTokensQuery, projectTokensQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Icon } from '../../design/icons.tsx'
import { useNow } from '../../design/now.ts'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { Secret } from './secret.tsx'

const route = getRouteApi('/signed-in/projects/$project/tokens')

/** What programs sign in with: one's own tokens, and those of everyone that open this project. */
export function TokensPage() {
  const { project } = route.useParams()
  const own = useSuspenseQuery(ownTokensQuery())
  const may = useMay(project, 'project:admin')
  const all = useQuery({ ...projectTokensQuery(project), enabled: may })
  const [revoking, setRevoking] = useState<Token>()
  return (
    <Page
      title="Tokens"
      lede="Programs send a token as a bearer: the command line, MLflow clients, callers of models. A token may do what its owner may, or less, and ends by itself."
    >
      <CreateToken project={project} />
      <Panel title="Your tokens" flush>
        <TokenTable tokens={own.data.tokens} revoke={setRevoking} />
      </Panel>
      {may ? (
        <Panel title={`All tokens for ${project}`} note="Of anyone, that open only this project" flush>
          {all.error ? <Failure error={all.error} /> : null}
          <TokenTable tokens={all.data?.tokens ?? []} revoke={setRevoking} owner />
        </Panel>
      ) : null}
      <Revoke token={revoking} close={() => setRevoking(undefined)} />
    </Page>
  )
}

function TokenTable({
  tokens,
  revoke,
  owner,
}: {
  tokens: readonly Token[]
  revoke: (token: Token) => void
  owner?: boolean
}) {
  const now = useNow()
  if (tokens.length === 0) return <Nothing>No token yet.</Nothing>
  return (
    <Table
      label="Tokens"
      rows={tokens}
      rowKey={(token) => token.id}
      columns={[
        { label: 'Name', cell: (token) => <strong style={{ fontWeight: 550 }}>{token.name}</strong> },
        ...(owner ? [{ label: 'Owner', cell: (token: Token) => token.user }] : []),
        {
          label: 'Opens',
          wide: true,
          cell: (token) => `${token.project ?? 'all projects'}${token.role ? ` as ${token.role}` : ''}`,
        },
        { label: 'State', cell: (token) => <TokenState token={token} now={now} /> },
        {
          label: 'Last used',
          wide: true,
          cell: (token) => (token.last_used_at ? <Ago at={token.last_used_at} /> : 'never'),
        },
        { label: 'Ends', cell: (token) => <Ago at={token.expires_at} /> },
        {
          label: ' ',
          align: 'right',
          cell: (token) =>
            token.revoked_at === null ? (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Revoke ${token.name}`}
                onClick={() => revoke(token)}
              >
                <Icon name="trash" />
              </ActionIcon>
            ) : null,
        },
      ]}
    />
  )
}

function TokenState({ token, now }: { token: Token; now: Date }) {
  if (token.revoked_at !== null) return <Badge tone="quiet">revoked</Badge>
  return Date.parse(token.expires_at) < now.getTime() ? (
    <Badge tone="quiet">expired</Badge>
  ) : (
    <Badge tone="ok">valid</Badge>
  )
}

function Revoke({ token, close }: { token: Token | undefined; close: () => void }) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: (id: string) => client.tokens.revoke({ params: { token: id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['tokens'] })
      close()
    },
  })
  return (
    <Confirm
      opened={token !== undefined}
      close={close}
      title={`Revoke ${token?.name ?? ''}`}
      action="Revoke"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => token && revoke.mutate(token.id)}
    >
      Programs that use it are refused from now on.
    </Confirm>
  )
}

const lifetimes = [
  { value: '1', label: '1 day' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '366', label: '1 year' },
]

function CreateToken({ project }: { project: string }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState('project')
  const [role, setRole] = useState<Role>('contributor')
  const [days, setDays] = useState('90')
  const [made, setMade] = useState<NewToken>()
  const create = useMutation({
    mutationFn: () =>
      client.tokens.create({
        body: {
          name: name.trim(),
          role,
          expires_in_days: Number(days),
          ...(scope === 'project' ? { project } : {}),
        },
      }),
    onSuccess: async (token) => {
      setMade(token)
      setName('')
      await queries.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  return (
    <Panel title="New token">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Group gap={8} align="flex-end">
          <TextInput
            label="Name"
            placeholder="training-notebook"
            size="xs"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            autoComplete="off"
          />
          <Select
            label="Opens"
            size="xs"
            w={150}
            allowDeselect={false}
            data={[
              { value: 'project', label: `only ${project}` },
              { value: 'all', label: 'all my projects' },
            ]}
            value={scope}
            onChange={(value) => setScope(value ?? 'project')}
          />
          <Select
            label="Acts at most as"
            size="xs"
            w={130}
            allowDeselect={false}
            data={[...roles]}
            value={role}
            onChange={(value) => setRole(roles.find((each) => each === value) ?? 'contributor')}
          />
          <Select
            label="Ends after"
            size="xs"
            w={110}
            allowDeselect={false}
            data={lifetimes}
            value={days}
            onChange={(value) => setDays(value ?? '90')}
          />
          <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
            Create
          </Button>
        </Group>
      </form>
      {create.error ? <Failure error={create.error} /> : null}
      {made ? (
        <Secret title={`Token ${made.token.name}`} secret={made.secret} close={() => setMade(undefined)}>
          Keep it now: only a hash of it is stored, and it is not shown again. For the command line, set it as
          SLIPWAY_TOKEN; for MLflow clients, as MLFLOW_TRACKING_TOKEN.
        </Secret>
      ) : null}
    </Panel>
  )
}
