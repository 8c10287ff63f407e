import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { modelsQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Aliases } from './aliases.tsx'
import { MetricsLine } from './metrics-line.tsx'

const route = getRouteApi('/signed-in/projects/$project/models')

export function ModelsPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(modelsQuery(project))
  return (
    <Page
      title="Models"
      lede="Registered versions with where they came from and how the platform itself scored them."
    >
      {data.models.length === 0 ? (
        <Empty icon="models" title="No model yet" command="slipway models register <model> --run <run>">
          Lines register a version after each training. By hand, from a run's files:
        </Empty>
      ) : (
        <Panel flush>
          <Table
            label="Models"
            linked
            rows={data.models}
            rowKey={(model) => model.id}
            columns={[
              {
                label: 'Name',
                cell: (model) => <RowLink to={paths.model(project, model.name)}>{model.name}</RowLink>,
              },
              { label: 'Latest', cell: (model) => (model.latest ? `v${model.latest.version}` : '–') },
              {
                label: 'Aliases',
                cell: (model) => (
                  <Aliases aliases={model.aliases.map((each) => `${each.alias} → v${each.version}`)} />
                ),
              },
              {
                label: 'Metrics of the latest',
                wide: true,
                cell: (model) => <MetricsLine metrics={model.latest?.metrics ?? {}} />,
              },
              { label: 'Versions', align: 'right', cell: (model) => count(model.versions) },
              { label: 'Changed', align: 'right', cell: (model) => <Ago at={model.updated_at} /> },
            ]}
          />
        </Panel>
      )}
    </Page>
  )
}
