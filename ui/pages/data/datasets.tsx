import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { datasetsQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, count } from '../../format/number.ts'
import { paths } from '../../paths.ts'

const route = getRouteApi('/signed-in/projects/$project/datasets')

export function DatasetsPage() {
  const { project } = route.useParams()
  const { data } = useSuspenseQuery(datasetsQuery(project))
  return (
    <Page title="Datasets" lede="Every version is kept, profiled and addressed by its content.">
      {data.datasets.length === 0 ? (
        <Empty icon="data" title="No dataset yet" command="slipway data upload <dataset> <file.csv>">
          A dataset is made by its first upload, of a CSV or Parquet file:
        </Empty>
      ) : (
        <Panel flush>
          <Table
            label="Datasets"
            linked
            rows={data.datasets}
            rowKey={(dataset) => dataset.id}
            columns={[
              {
                label: 'Name',
                cell: (dataset) => (
                  <RowLink to={paths.dataset(project, dataset.name)}>{dataset.name}</RowLink>
                ),
              },
              { label: 'Description', wide: true, cell: (dataset) => dataset.description || '–' },
              { label: 'Latest', cell: (dataset) => (dataset.latest ? `v${dataset.latest.version}` : '–') },
              {
                label: 'Rows',
                align: 'right',
                cell: (dataset) => (dataset.latest ? count(dataset.latest.rows) : '–'),
              },
              {
                label: 'Size',
                align: 'right',
                wide: true,
                cell: (dataset) => (dataset.latest ? bytes(dataset.latest.bytes) : '–'),
              },
              {
                label: 'Changed',
                align: 'right',
                cell: (dataset) => <Ago at={dataset.latest?.created_at ?? dataset.created_at} />,
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  )
}
