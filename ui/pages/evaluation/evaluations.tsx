import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { evaluationDatasetsQuery, evaluationsQuery } from '../../api/trace-queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { RowLink } from '../../design/row-link.tsx'
import { Table } from '../../design/table.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Ago } from '../../design/time.tsx'
import { count } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { Scores } from './score.tsx'

const route = getRouteApi('/signed-in/projects/$project/evaluations')

export function EvaluationsPage() {
  const { project } = route.useParams()
  const { tab = 'runs' } = route.useSearch()
  return (
    <Page
      title="Evaluations"
      lede="Applications tried on questions with known answers, and scored by code, models and people."
    >
      <TabLinks
        label="Parts of evaluation"
        to={paths.evaluations(project)}
        tabs={[
          ['runs', 'Evaluations'],
          ['datasets', 'Datasets'],
        ]}
        current={tab}
      />
      {tab === 'runs' ? <Evaluations project={project} /> : <Datasets project={project} />}
    </Page>
  )
}

function Evaluations({ project }: { project: string }) {
  const { data } = useSuspenseQuery(evaluationsQuery(project))
  if (data.evaluations.length === 0) {
    return (
      <Empty icon="gates" title="Nothing was evaluated yet">
        Call `mlflow.genai.evaluate(data, predict_fn, scorers)` with this platform as the tracking server:
        each scored answer appears here.
      </Empty>
    )
  }
  return (
    <Panel flush>
      <Table
        label="Evaluations"
        linked
        rows={data.evaluations}
        rowKey={(one) => one.run_id}
        columns={[
          {
            label: 'Run',
            cell: (one) => <RowLink to={paths.evaluation(project, one.run_id)}>{one.name}</RowLink>,
          },
          { label: 'Scores', cell: (one) => <Scores scorers={one.scorers} /> },
          { label: 'Dataset', wide: true, cell: (one) => one.dataset ?? '–' },
          { label: 'Records', align: 'right', wide: true, cell: (one) => count(one.records) },
          { label: 'Began', align: 'right', cell: (one) => <Ago at={one.started_at} /> },
        ]}
      />
    </Panel>
  )
}

function Datasets({ project }: { project: string }) {
  const { data } = useSuspenseQuery(evaluationDatasetsQuery(project))
  if (data.datasets.length === 0) {
    return (
      <Empty icon="data" title="No dataset yet">
        `mlflow.genai.create_dataset(name)` makes one; `merge_records` fills it with questions, answers, or
        traces.
      </Empty>
    )
  }
  return (
    <Panel flush>
      <Table
        label="Evaluation datasets"
        linked
        rows={data.datasets}
        rowKey={(one) => one.id}
        columns={[
          {
            label: 'Name',
            cell: (one) => <RowLink to={paths.evaluationDataset(project, one.id)}>{one.name}</RowLink>,
          },
          { label: 'Records', align: 'right', cell: (one) => count(one.records) },
          { label: 'Digest', wide: true, cell: (one) => <code>{one.digest}</code> },
          { label: 'By', wide: true, cell: (one) => one.created_by ?? '–' },
          { label: 'Changed', align: 'right', cell: (one) => <Ago at={one.updated_at} /> },
        ]}
      />
    </Panel>
  )
}
