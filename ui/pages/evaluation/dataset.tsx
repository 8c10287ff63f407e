import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { evaluationDatasetQuery, evaluationDatasetRecordsQuery } from '../../api/trace-queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Stats } from '../../design/facts.tsx'
import { Page } from '../../design/page.tsx'
import { Pager } from '../../design/pager.tsx'
import { Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import classes from '../traces/traces.module.css'

const route = getRouteApi('/signed-in/projects/$project/evaluation-datasets/$dataset')

export function EvaluationDatasetPage() {
  const { project, dataset: id } = route.useParams()
  const { cursor } = route.useSearch()
  const { data: dataset } = useSuspenseQuery(evaluationDatasetQuery(project, id))
  const { data } = useSuspenseQuery(evaluationDatasetRecordsQuery(project, id, cursor))
  return (
    <Page
      title={dataset.name}
      crumbs={[{ label: 'Evaluation datasets', to: paths.evaluations(project), search: { tab: 'datasets' } }]}
      lede={<span className={classes.mono}>{dataset.id}</span>}
      wide
    >
      <Stats
        stats={[
          { label: 'Records', value: count(dataset.records) },
          { label: 'Digest', value: dataset.digest },
          { label: 'Created', value: <Ago at={dataset.created_at} />, note: dataset.created_by ?? undefined },
          { label: 'Changed', value: <Ago at={dataset.updated_at} /> },
        ]}
      />
      <Panel title="Records" flush>
        {data.records.length === 0 ? (
          <Nothing>No record yet.</Nothing>
        ) : (
          <Table
            label="Records"
            rows={data.records}
            rowKey={(record) => record.id}
            columns={[
              { label: 'Inputs', cell: (record) => <Json value={record.inputs} /> },
              { label: 'Expected', cell: (record) => <Json value={record.expectations} /> },
              { label: 'Outputs', wide: true, cell: (record) => <Json value={record.outputs} /> },
              {
                label: 'Source',
                wide: true,
                cell: (record) => (record.source ? <Tag>{record.source}</Tag> : '–'),
              },
              {
                label: 'Changed',
                align: 'right',
                wide: true,
                cell: (record) => <Ago at={record.updated_at} />,
              },
            ]}
          />
        )}
      </Panel>
      <Pager to={paths.evaluationDataset(project, id)} search={{ cursor }} next={data.next} />
    </Page>
  )
}

function Json({ value }: { value: unknown }) {
  const empty = value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  if (empty) return <>–</>
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <span className={classes.json} title={text}>
      {text}
    </span>
  )
}
