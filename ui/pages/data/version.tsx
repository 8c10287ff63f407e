import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { datasetVersionQuery } from '../../api/queries.ts'
import { Stats } from '../../design/facts.tsx'
import { Page } from '../../design/page.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Ago } from '../../design/time.tsx'
import { bytes, count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { ChecksTab } from './checks.tsx'
import { ProfileTab } from './profile.tsx'
import { RowsTab } from './rows.tsx'

const route = getRouteApi('/signed-in/projects/$project/datasets/$dataset/versions/$version')
const tabs = [
  ['profile', 'Profile'],
  ['checks', 'Checks'],
  ['rows', 'Rows'],
] as const

/** One version of a dataset: how its columns look, what was checked, and some of its rows. */
export function DatasetVersionPage() {
  const { project, dataset, version } = route.useParams()
  const { tab = 'profile', offset = 0 } = route.useSearch()
  const { data } = useSuspenseQuery(datasetVersionQuery(project, dataset, version))
  const missing = data.profile.columns.reduce((sum, column) => sum + column.nulls, 0)
  return (
    <Page
      title={`${dataset} v${data.version}`}
      crumbs={[
        { label: 'Datasets', to: paths.datasets(project) },
        { label: dataset, to: paths.dataset(project, dataset) },
      ]}
      lede={
        <>
          {data.source.kind} by {data.source.by}, <Ago at={data.created_at} /> · content{' '}
          <code>{data.digest.slice(0, 12)}</code>
        </>
      }
    >
      <Stats
        stats={[
          { label: 'Rows', value: count(data.rows) },
          { label: 'Columns', value: count(data.profile.columns.length) },
          { label: 'Missing values', value: count(missing), tone: missing > 0 ? 'warn' : undefined },
          {
            label: 'Size as Parquet',
            value: bytes(data.bytes),
            note: `${count(data.parts.length)} ${data.parts.length === 1 ? 'part' : 'parts'}`,
          },
        ]}
      />
      <TabLinks
        label="Parts of this version"
        to={paths.datasetVersion(project, dataset, data.version)}
        tabs={tabs}
        current={tab}
      />
      {tab === 'profile' ? <ProfileTab profile={data.profile} /> : null}
      {tab === 'checks' ? <ChecksTab project={project} dataset={dataset} version={version} /> : null}
      {tab === 'rows' ? (
        <RowsTab project={project} dataset={dataset} version={version} offset={offset} />
      ) : null}
    </Page>
  )
}
