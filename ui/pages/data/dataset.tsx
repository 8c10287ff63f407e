import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { datasetQuery, datasetVersionsQuery } from '../../api/queries.ts'
import { Sparkline } from '../../design/chart/sparkline.tsx'
import { Empty } from '../../design/empty.tsx'
import { Stats } from '../../design/facts.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, count } from '../../format/number.ts'
import { paths } from '../../paths.ts'

const route = getRouteApi('/signed-in/projects/$project/datasets/$dataset')

export function DatasetPage() {
  const { project, dataset: name } = route.useParams()
  const { data: dataset } = useSuspenseQuery(datasetQuery(project, name))
  const { data } = useSuspenseQuery(datasetVersionsQuery(project, name))
  const rows = data.versions.map((version) => version.rows).reverse()
  return (
    <Page
      title={dataset.name}
      crumbs={[{ label: 'Datasets', to: paths.datasets(project) }]}
      lede={dataset.description}
    >
      {dataset.latest === null ? (
        <Empty icon="data" title="No version yet" command={`slipway data upload ${name} <file.csv>`}>
          Upload a CSV or Parquet file to make the first one:
        </Empty>
      ) : (
        <>
          <Stats
            stats={[
              {
                label: 'Latest version',
                value: `v${dataset.latest.version}`,
                note: <Ago at={dataset.latest.created_at} />,
              },
              {
                label: 'Rows',
                value: count(dataset.latest.rows),
                note: <Sparkline values={rows} label="Rows by version" />,
              },
              { label: 'Size as Parquet', value: bytes(dataset.latest.bytes) },
              { label: 'Versions', value: count(dataset.versions) },
            ]}
          />
          <Panel title="Versions" flush>
            <Table
              label="Versions"
              linked
              rows={data.versions}
              rowKey={(version) => version.id}
              columns={[
                {
                  label: 'Version',
                  cell: (version) => (
                    <RowLink
                      to={paths.datasetVersion(project, name, version.version)}
                    >{`v${version.version}`}</RowLink>
                  ),
                },
                { label: 'Rows', align: 'right', cell: (version) => count(version.rows) },
                { label: 'Size', align: 'right', wide: true, cell: (version) => bytes(version.bytes) },
                {
                  label: 'How',
                  cell: (version) =>
                    version.mode === 'append' && version.source.parent
                      ? `appended to v${version.source.parent}`
                      : 'replaced',
                },
                {
                  label: 'From',
                  wide: true,
                  cell: (version) =>
                    `${version.source.kind}${version.source.files[0] ? `: ${version.source.files[0].filename}` : ''}`,
                },
                { label: 'By', wide: true, cell: (version) => version.source.by },
                { label: 'Created', align: 'right', cell: (version) => <Ago at={version.created_at} /> },
              ]}
            />
          </Panel>
        </>
      )}
    </Page>
  )
}
