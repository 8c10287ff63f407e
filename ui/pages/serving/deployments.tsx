import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { deploymentsQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { count, milliseconds, percent } from '../../format/number.ts'
import { paths } from '../../paths.ts'

const route = getRouteApi('/signed-in/projects/$project/deployments')

export function DeploymentsPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(deploymentsQuery(project))
  return (
    <Page title="Deployments" lede="What answers requests now. Numbers are of the last minute.">
      {data.deployments.length === 0 ? (
        <Empty icon="deployments" title="Nothing is deployed yet" command="slipway deployments create <name>">
          Lines make their own deployment. By hand, make one and roll a model version out to it:
        </Empty>
      ) : (
        <Panel flush>
          <Table
            label="Deployments"
            linked
            rows={data.deployments}
            rowKey={(each) => each.id}
            columns={[
              {
                label: 'Name',
                cell: (each) => <RowLink to={paths.deployment(project, each.name)}>{each.name}</RowLink>,
              },
              {
                label: 'State',
                cell: (each) => <Badge tone={toneOf(each.state)}>{words(each.state)}</Badge>,
              },
              {
                label: 'Traffic goes to',
                cell: (each) =>
                  each.weights
                    .filter((share) => share.weight > 0)
                    .map((share) => `r${share.revision} ${share.weight} %`)
                    .join(', ') || '–',
              },
              { label: 'Requests', align: 'right', cell: (each) => count(each.last_minute.requests) },
              {
                label: 'Errors',
                align: 'right',
                cell: (each) =>
                  each.last_minute.error_rate === null ? '–' : percent(each.last_minute.error_rate),
              },
              {
                label: 'p50',
                align: 'right',
                wide: true,
                cell: (each) =>
                  each.last_minute.p50_ms === null ? '–' : milliseconds(each.last_minute.p50_ms),
              },
              {
                label: 'p99',
                align: 'right',
                cell: (each) =>
                  each.last_minute.p99_ms === null ? '–' : milliseconds(each.last_minute.p99_ms),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  )
}
