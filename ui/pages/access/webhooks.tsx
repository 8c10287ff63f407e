import { ActionIcon, Button, Group, MultiSelect, Switch, TextInput } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import {
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookTest,
  webhookEvents,
} from '../../../src/contract/webhooks.ts'
import { client } from '../../api/client.ts'
import { webhookDeliveriesQuery, webhooksQuery } from '../../api/queries.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { Icon } from '../../design/icons.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'

const route = getRouteApi('/signed-in/projects/$project/webhooks')

/** Programs that are told what happens to models and prompts, and what came of telling them. */
export function WebhooksPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(webhooksQuery(project))
  const { data: deliveries } = useSuspenseQuery(webhookDeliveriesQuery(project))
  return (
    <Page
      title="Webhooks"
      lede="Programs of yours that are told when models and prompts of this project are made, tagged or given an alias."
    >
      <AddWebhook project={project} />
      <Panel title="Webhooks" flush>
        <Webhooks project={project} webhooks={data.webhooks} />
      </Panel>
      <Panel
        title="Last deliveries"
        note="What fails for a while is tried again; what is wrong is not. Kept for 30 days."
        flush
      >
        <Deliveries deliveries={deliveries.deliveries} />
      </Panel>
    </Page>
  )
}

function useRefresh(project: string) {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['webhooks', project] })
}

function Webhooks({ project, webhooks }: { project: string; webhooks: readonly Webhook[] }) {
  const refresh = useRefresh(project)
  const [leaving, setLeaving] = useState<Webhook>()
  const test = useMutation({
    mutationFn: (webhook: string) => client.webhooks.test({ params: { project, webhook }, body: {} }),
    onSettled: refresh,
  })
  const turn = useMutation({
    mutationFn: ({ id, status }: { id: string; status: Webhook['status'] }) =>
      client.webhooks.update({ params: { project, webhook: id }, body: { status } }),
    onSuccess: refresh,
  })
  const remove = useMutation({
    mutationFn: (webhook: string) => client.webhooks.delete({ params: { project, webhook } }),
    onSuccess: refresh,
  })
  if (webhooks.length === 0) return <Nothing>No webhook yet.</Nothing>
  return (
    <>
      {test.error || turn.error ? <Failure error={test.error ?? turn.error} /> : null}
      {test.data ? <Tried result={test.data} /> : null}
      <Table
        label="Webhooks"
        rows={webhooks}
        rowKey={(webhook) => webhook.id}
        columns={[
          { label: 'Name', cell: (webhook) => <strong style={{ fontWeight: 550 }}>{webhook.name}</strong> },
          { label: 'Address', cell: (webhook) => webhook.url },
          { label: 'Tells of', wide: true, cell: (webhook) => webhook.events.join(', ') },
          { label: 'Signed', wide: true, cell: (webhook) => (webhook.signed ? 'yes' : 'no') },
          {
            label: 'Active',
            cell: (webhook) => (
              <Switch
                size="xs"
                aria-label={`Active: ${webhook.name}`}
                checked={webhook.status === 'ACTIVE'}
                onChange={(event) =>
                  turn.mutate({
                    id: webhook.id,
                    status: event.currentTarget.checked ? 'ACTIVE' : 'DISABLED',
                  })
                }
              />
            ),
          },
          {
            label: ' ',
            align: 'right',
            cell: (webhook) => (
              <Group gap={4} justify="flex-end" wrap="nowrap">
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={test.isPending && test.variables === webhook.id}
                  aria-label={`Test ${webhook.name}`}
                  onClick={() => test.mutate(webhook.id)}
                >
                  Test
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete ${webhook.name}`}
                  onClick={() => setLeaving(webhook)}
                >
                  <Icon name="trash" />
                </ActionIcon>
              </Group>
            ),
          },
        ]}
      />
      <Confirm
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        title={`Delete ${leaving?.name ?? ''}`}
        action="Delete"
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate(leaving.id, { onSuccess: () => setLeaving(undefined) })}
      >
        Its receiver is told nothing any more, not even what is still to be delivered.
      </Confirm>
    </>
  )
}

function Tried({ result }: { result: WebhookTest }) {
  const said =
    result.error ?? `The receiver answered ${result.status}${result.body ? `: ${result.body}` : ''}`
  return (
    <p role="status" style={{ padding: '8px 16px', margin: 0, overflowWrap: 'anywhere' }}>
      <Badge tone={result.delivered ? 'ok' : 'bad'}>{result.delivered ? 'delivered' : 'failed'}</Badge>{' '}
      {said.slice(0, 300)}
    </p>
  )
}

function Deliveries({ deliveries }: { deliveries: readonly WebhookDelivery[] }) {
  if (deliveries.length === 0) return <Nothing>Nothing was delivered yet.</Nothing>
  return (
    <Table
      label="Deliveries"
      rows={deliveries}
      rowKey={(delivery) => delivery.id}
      columns={[
        { label: 'When', cell: (delivery) => <Ago at={delivery.created_at} /> },
        { label: 'Webhook', cell: (delivery) => delivery.webhook },
        { label: 'Event', cell: ({ event, test }) => (test ? `${event} (test)` : event) },
        {
          label: 'State',
          cell: ({ state }) => (
            <Badge tone={state === 'delivered' ? 'ok' : state === 'failed' ? 'bad' : 'warn'}>{state}</Badge>
          ),
        },
        { label: 'Attempts', align: 'right', wide: true, cell: (delivery) => delivery.attempts },
        { label: 'Answer', wide: true, cell: ({ status, error }) => error ?? status ?? '–' },
      ]}
    />
  )
}

function AddWebhook({ project }: { project: string }) {
  const refresh = useRefresh(project)
  const [name, setName] = useState('')
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState('')
  const [events, setEvents] = useState<WebhookEvent[]>(['model_version.created'])
  const create = useMutation({
    mutationFn: () =>
      client.webhooks.create({
        params: { project },
        body: { name: name.trim(), url: url.trim(), events, ...(secret === '' ? {} : { secret }) },
      }),
    onSuccess: async () => {
      for (const clear of [setName, setUrl, setSecret]) clear('')
      await refresh()
    },
  })
  return (
    <Panel title="Add a webhook">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Group gap={8} align="flex-end">
          <Field label="Name" value={name} set={setName} />
          <Field label="Address" value={url} set={setUrl} wide />
          <Field label="Secret, for signatures" value={secret} set={setSecret} />
        </Group>
        <Group gap={8} align="flex-end" mt={8}>
          <MultiSelect
            label="Tell of"
            size="xs"
            miw={420}
            data={[...webhookEvents]}
            value={events}
            onChange={(chosen) => setEvents(webhookEvents.filter((event) => chosen.includes(event)))}
          />
          <Button
            type="submit"
            disabled={name.trim() === '' || url.trim() === '' || events.length === 0}
            loading={create.isPending}
          >
            Add
          </Button>
        </Group>
      </form>
      {create.error ? <Failure error={create.error} /> : null}
    </Panel>
  )
}

function Field(props: { label: string; value: string; set: (value: string) => void; wide?: boolean }) {
  return (
    <TextInput
      label={props.label}
      size="xs"
      w={props.wide ? 360 : 180}
      value={props.value}
      onChange={(event) => props.set(event.currentTarget.value)}
      autoComplete="off"
    />
  )
}
