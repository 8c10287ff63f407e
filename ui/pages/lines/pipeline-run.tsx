import { Button } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { client } from '../../api/client.ts'
import { pipelineRunQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Failure } from '../../design/failure.tsx'
import { Notice } from '../../design/notice.tsx'
import { Page } from '../../design/page.tsx'
import { Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Table } from '../../design/table.tsx'
import { Ago, Took } from '../../design/time.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { paths } from '../../paths.ts'
import { told } from './evidence.ts'
import { PipelineSteps } from './pipeline-steps.tsx'

const route = getRouteApi('/signed-in/projects/$project/pipeline-runs/$id')

/** One run of a pipeline: its steps, their logs and what they made. */
export function PipelineRunPage() {
  const { project, id } = route.useParams()
  const { step } = route.useSearch()
  const { data: run } = useSuspenseQuery(pipelineRunQuery(project, id))
  const may = useMay(project, 'pipelines:run')
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => client.pipelines.cancel({ params: { project, pipeline_run: id } }),
    onSuccess: (changed) => queries.setQueryData(pipelineRunQuery(project, id).queryKey, changed),
  })
  return (
    <Page
      title={run.name}
      crumbs={[{ label: 'Lines', to: paths.lines(project) }]}
      status={<Badge tone={toneOf(run.state)}>{words(run.state)}</Badge>}
      lede={
        <>
          Pipeline run, started <Ago at={run.created_at} />, took{' '}
          <Took from={run.created_at} to={run.ended_at} />
        </>
      }
      actions={
        may && run.state === 'running' ? (
          <Button variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
            Cancel the run
          </Button>
        ) : null
      }
    >
      {cancel.error ? <Failure error={cancel.error} /> : null}
      {run.failure ? (
        <Notice tone="bad">
          <strong>{run.failure.message}</strong> {run.failure.remedy}
        </Notice>
      ) : null}
      <Panel title="Steps" flush>
        <PipelineSteps
          project={project}
          run={run}
          to={paths.pipelineRun(project, id)}
          search={{}}
          chosen={step}
        />
      </Panel>
      <Panel title="What the steps made" flush>
        <Table
          label="Outputs of the steps"
          rows={run.steps}
          rowKey={(each) => each.id}
          columns={[
            { label: 'Step', cell: (each) => each.name },
            { label: 'State', cell: (each) => <Badge tone={toneOf(each.state)}>{words(each.state)}</Badge> },
            { label: 'Needs', wide: true, cell: (each) => each.needs.join(', ') || '–' },
            {
              label: 'Outputs',
              cell: (each) =>
                told(each.outputs)
                  .map(([name, value]) => `${name}: ${value.length > 90 ? `${value.slice(0, 90)}…` : value}`)
                  .join(' · ') || '–',
            },
            {
              label: 'Took',
              align: 'right',
              cell: (each) => <Took from={each.started_at} to={each.ended_at} />,
            },
          ]}
        />
      </Panel>
    </Page>
  )
}
