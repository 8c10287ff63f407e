import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Alert } from '../../../src/contract/alerts.ts'
import { alertsQuery, channelsQuery } from '../../api/queries.ts'
import design from '../../design/design.module.css'
import { Empty, Nothing } from '../../design/empty.tsx'
import { Go } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago, Took } from '../../design/time.tsx'
import { capitalized, toneOf } from '../../design/tones.ts'
import { paths } from '../../paths.ts'

const route = getRouteApi('/signed-in/projects/$project/alerts')
const states = [
  [undefined, 'All'],
  ['open', 'Open'],
  ['acknowledged', 'Acknowledged'],
  ['resolved', 'Resolved'],
] as const

/** What monitoring found, newest first. */
export function AlertsPage() {
  const { project } = route.useParams()
  const { state } = route.useSearch()
  const { data } = useSuspenseQuery(alertsQuery(project, state))
  return (
    <Page
      title="Alerts"
      lede="One alert per trouble, however many windows it lasts. It resolves when windows are good again."
    >
      <nav className={design.tabs} aria-label="State of the alerts">
        {states.map(([key, label]) => (
          <Go
            key={label}
            to={paths.alerts(project)}
            search={key ? { state: key } : {}}
            current={key === state}
            replace
          >
            {label}
          </Go>
        ))}
      </nav>
      {data.alerts.length === 0 ? (
        <Empty icon="alerts" title={state === undefined ? 'No alert so far' : `No ${state} alert`}>
          Drift and falling accuracy raise alerts here, and post to the channels that the line file names.
        </Empty>
      ) : (
        <AlertTable project={project} alerts={data.alerts} />
      )}
      <Channels project={project} />
    </Page>
  )
}

function AlertTable({ project, alerts }: { project: string; alerts: readonly Alert[] }) {
  return (
    <Panel flush>
      <Table
        label="Alerts"
        linked
        rows={alerts}
        rowKey={(alert) => alert.id}
        columns={[
          { label: 'State', cell: (alert) => <Badge tone={toneOf(alert.state)}>{alert.state}</Badge> },
          {
            label: 'What',
            cell: (alert) => (
              <RowLink long to={paths.alert(project, alert.id)}>
                {capitalized(alert.title)}
              </RowLink>
            ),
          },
          { label: 'Kind', wide: true, cell: (alert) => alert.kind },
          { label: 'Windows', align: 'right', wide: true, cell: (alert) => alert.windows },
          {
            label: 'Lasted',
            align: 'right',
            wide: true,
            cell: (alert) => <Took from={alert.opened_at} to={alert.resolved_at} />,
          },
          { label: 'Opened', align: 'right', cell: (alert) => <Ago at={alert.opened_at} /> },
        ]}
      />
    </Panel>
  )
}

function Channels({ project }: { project: string }) {
  const { data } = useQuery(channelsQuery(project))
  if (data === undefined) return null
  return (
    <Panel title="Channels" note="Where alerts are posted, signed as Standard Webhooks says" flush>
      {data.channels.length === 0 ? (
        <Nothing>
          None. <code>slipway channels create ops https://example.org/hook</code> makes one that line files
          can name.
        </Nothing>
      ) : (
        <Table
          label="Channels"
          rows={data.channels}
          rowKey={(channel) => channel.id}
          columns={[
            { label: 'Name', cell: (channel) => channel.name },
            { label: 'Kind', cell: (channel) => channel.kind },
            { label: 'Address', cell: (channel) => channel.host },
            { label: 'Made', align: 'right', cell: (channel) => <Ago at={channel.created_at} /> },
          ]}
        />
      )}
    </Panel>
  )
}
