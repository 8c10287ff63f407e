import { Button, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { AlertDetail } from '../../../src/contract/alerts.ts'
import { client } from '../../api/client.ts'
import { alertQuery, deploymentsQuery, linesQuery, monitorQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Confirm } from '../../design/confirm.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Facts, Stats } from '../../design/facts.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago, At, Took } from '../../design/time.tsx'
import { capitalized, sentence, toneOf } from '../../design/tones.ts'
import { count, metric, namedMetric, percent, plural } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { DriftPanel } from './drift-panel.tsx'
import { PerformancePanel } from './performance-panel.tsx'

const route = getRouteApi('/signed-in/projects/$project/alerts/$alert')

/** One alert: the numbers it was opened for, who looks after it, and whom it was told. */
export function AlertPage() {
  const { project, alert: id } = route.useParams()
  const { data: alert } = useSuspenseQuery(alertQuery(project, id))
  return (
    <Page
      title={capitalized(alert.title)}
      crumbs={[{ label: 'Alerts', to: paths.alerts(project) }]}
      status={<Badge tone={toneOf(alert.state)}>{alert.state}</Badge>}
      lede={
        <>
          Opened <Ago at={alert.opened_at} />, lasts <Took from={alert.opened_at} to={alert.resolved_at} />,{' '}
          {plural(alert.windows, 'bad window')}
        </>
      }
      actions={<Actions project={project} alert={alert} />}
    >
      <Stats stats={statsOf(alert)} />
      <Columns>
        <Panel
          title="Evidence"
          note="As it was when the alert opened; never changed afterwards"
          span={7}
          flush
        >
          <Evidence alert={alert} />
        </Panel>
        <Panel title="About" span={5}>
          <About project={project} alert={alert} />
        </Panel>
      </Columns>
      <Monitored project={project} alert={alert} />
      <Panel title="Told to" note="Posts to the channels of the monitor" flush>
        <Deliveries alert={alert} />
      </Panel>
    </Page>
  )
}

function statsOf({ kind, evidence }: AlertDetail) {
  const window = { label: 'Rows in the window', value: count(evidence.window.rows) }
  if (kind === 'drift') {
    return [
      {
        label: 'Columns that drifted',
        value: percent(evidence.drifted_share ?? 0, 0),
        tone: 'warn' as const,
      },
      { label: 'Allowed', value: percent(evidence.threshold ?? 0, 0) },
      window,
    ]
  }
  const name = evidence.metric ?? 'metric'
  const shown = (value: number | undefined) => (value === undefined ? '–' : namedMetric(name, value))
  return [
    {
      label: sentence(name),
      value: shown(evidence.value),
      note: evidence.bound === undefined ? undefined : `at best ${shown(evidence.bound)}`,
      tone: 'bad' as const,
    },
    { label: 'Limit', value: shown(evidence.limit) },
    {
      label: 'Labelled',
      value: count(evidence.labelled ?? 0),
      note: `of ${count(evidence.window.rows)} rows`,
    },
  ]
}

/** How the monitor has gone on since: the same chart as on the line's page. */
function Monitored({ project, alert }: { project: string; alert: AlertDetail }) {
  const { data: monitor } = useQuery(monitorQuery(project, alert.monitor_id))
  if (monitor === undefined) return null
  return alert.kind === 'drift' ? (
    <DriftPanel project={project} monitor={monitor} group="alert" wide />
  ) : (
    <PerformancePanel project={project} monitor={monitor} group="alert" wide />
  )
}

function Evidence({ alert }: { alert: AlertDetail }) {
  const columns = alert.evidence.columns ?? []
  if (columns.length === 0) {
    return (
      <div style={{ padding: '12px 16px' }}>
        <Facts
          facts={[
            ['Metric', alert.evidence.metric],
            ['Observed', shownMetric(alert, alert.evidence.value)],
            ['At best', shownMetric(alert, alert.evidence.bound)],
            ['Limit', shownMetric(alert, alert.evidence.limit)],
            [
              'Labelled',
              `${count(alert.evidence.labelled ?? 0)} of ${count(alert.evidence.window.rows)} rows`,
            ],
          ]}
        />
      </div>
    )
  }
  return (
    <Table
      label="Columns that drifted most"
      rows={columns}
      rowKey={(column) => column.name}
      columns={[
        { label: 'Column', cell: (column) => column.name },
        { label: 'Test', cell: (column) => column.test.toUpperCase() },
        { label: 'Score', align: 'right', cell: (column) => column.score.toFixed(3) },
        { label: 'Threshold', align: 'right', cell: (column) => metric(column.threshold) },
        {
          label: 'p',
          align: 'right',
          cell: (column) => (column.p_value < 0.0001 ? '< 0.0001' : column.p_value.toFixed(4)),
        },
      ]}
    />
  )
}

function shownMetric({ evidence }: AlertDetail, value: number | undefined): string {
  return value === undefined ? '–' : namedMetric(evidence.metric ?? 'metric', value)
}

function About({ project, alert }: { project: string; alert: AlertDetail }) {
  const lines = useQuery({ ...linesQuery(project), refetchInterval: false })
  const deployments = useQuery({ ...deploymentsQuery(project), refetchInterval: false })
  const line = lines.data?.lines.find((each) => each.id === alert.line_id)
  const deployment = deployments.data?.deployments.find((each) => each.id === alert.deployment_id)
  return (
    <Facts
      facts={[
        [
          'Line',
          line ? (
            <TextLink key="line" to={paths.line(project, line.name)}>
              {line.name}
            </TextLink>
          ) : (
            '–'
          ),
        ],
        [
          'Deployment',
          deployment ? (
            <TextLink key="deployment" to={paths.deployment(project, deployment.name)}>
              {deployment.name}
            </TextLink>
          ) : (
            '–'
          ),
        ],
        [
          'Window',
          <span key="window">
            <At at={alert.evidence.window.from} /> to <At at={alert.evidence.window.to} />
          </span>,
        ],
        [
          'Acknowledged',
          alert.acknowledged_at ? (
            <span key="ack">
              by {alert.acknowledged_by}, <Ago at={alert.acknowledged_at} />
            </span>
          ) : (
            'not yet'
          ),
        ],
        [
          'Resolved',
          alert.resolved_at ? (
            <span key="resolved">
              <Ago at={alert.resolved_at} />: {alert.resolution ?? ''}
            </span>
          ) : (
            'not yet'
          ),
        ],
      ]}
    />
  )
}

function Deliveries({ alert }: { alert: AlertDetail }) {
  if (alert.deliveries.length === 0) return <Nothing>Nobody: the monitor names no channel.</Nothing>
  return (
    <Table
      label="Deliveries"
      rows={alert.deliveries}
      rowKey={(delivery) => delivery.id}
      columns={[
        { label: 'Channel', cell: (delivery) => delivery.channel },
        { label: 'What', cell: (delivery) => delivery.event },
        {
          label: 'State',
          cell: (delivery) => (
            <Badge
              tone={delivery.state === 'delivered' ? 'ok' : delivery.state === 'failed' ? 'bad' : 'live'}
            >
              {delivery.state}
            </Badge>
          ),
        },
        { label: 'Attempts', align: 'right', cell: (delivery) => delivery.attempts },
        {
          label: 'Answer',
          cell: (delivery) => delivery.error ?? (delivery.status === null ? '–' : `HTTP ${delivery.status}`),
        },
        {
          label: 'When',
          align: 'right',
          cell: (delivery) => <Ago at={delivery.finished_at ?? delivery.created_at} />,
        },
      ]}
    />
  )
}

function Actions({ project, alert }: { project: string; alert: AlertDetail }) {
  const may = useMay(project, 'monitoring:write')
  const queries = useQueryClient()
  const [resolving, setResolving] = useState(false)
  const [note, setNote] = useState('')
  const params = { project, alert: alert.id }
  const refresh = () => queries.invalidateQueries({ queryKey: ['alerts', project] })
  const acknowledge = useMutation({
    mutationFn: () => client.alerts.acknowledge({ params, body: {} }),
    onSuccess: refresh,
  })
  const resolve = useMutation({
    mutationFn: () =>
      client.alerts.resolve({ params, body: note.trim() === '' ? {} : { note: note.trim() } }),
    onSuccess: async () => {
      setResolving(false)
      await refresh()
    },
  })
  if (!may || alert.state === 'resolved') return null
  return (
    <>
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      {alert.state === 'open' ? (
        <Button variant="default" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
          Acknowledge
        </Button>
      ) : null}
      <Button variant="default" onClick={() => setResolving(true)}>
        Resolve…
      </Button>
      <Confirm
        opened={resolving}
        close={() => setResolving(false)}
        title="Resolve by hand"
        action="Resolve"
        busy={resolve.isPending}
        error={resolve.error}
        onConfirm={() => resolve.mutate()}
      >
        <p style={{ marginBottom: 10 }}>It opens again when a later window is bad.</p>
        <Textarea
          label="Note"
          maxLength={2000}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Confirm>
    </>
  )
}
