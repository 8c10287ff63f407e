import { Button } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { RunDetail } from '../../../src/contract/runs.ts'
import { client } from '../../api/client.ts'
import { runQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Loading } from '../../design/loading.tsx'
import { Notice } from '../../design/notice.tsx'
import { Page } from '../../design/page.tsx'
import { Badge } from '../../design/status.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { Ago, Took } from '../../design/time.tsx'
import { toneOf } from '../../design/tones.ts'
import { paths } from '../../paths.ts'
import { HeldBadge } from '../keeping/held-badge.tsx'
import { isSystem } from './charts/groups.ts'
import { FilesTab } from './files/files.tsx'
import { RunActions } from './run/actions.tsx'
import { ChartsTab } from './run/charts-tab.tsx'
import { CodeTab } from './run/code.tsx'
import { LineageTab } from './run/lineage-tab.tsx'
import { Overview } from './run/overview.tsx'

const route = getRouteApi('/signed-in/projects/$project/runs/$run')

/** One run: what went in, what came out, its curves, files, code and place between data and what serves. */
export function RunPage() {
  const { project, run: id } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const { data: run } = useSuspenseQuery(runQuery(project, id))
  const system = Object.keys(run.metrics).some(isSystem)
  const tabs = [
    ['overview', 'Overview'],
    ['charts', 'Charts'],
    ...(system ? ([['system', 'System']] as const) : []),
    ['artifacts', 'Files'],
    ['code', 'Code'],
    ['lineage', 'Lineage'],
  ] as const
  return (
    <Page
      title={run.name}
      wide={tab === 'charts' || tab === 'system' || tab === 'artifacts'}
      crumbs={[
        { label: 'Runs', to: paths.runs(project) },
        { label: run.experiment, to: paths.runs(project), search: { experiment: run.experiment_id } },
      ]}
      status={
        <>
          <Badge tone={toneOf(run.status)}>{run.status}</Badge>
          <HeldBadge project={project} of={`runs/${run.id}`} />
        </>
      }
      lede={
        <>
          By {run.user} · started <Ago at={run.started_at} />, took{' '}
          <Took from={run.started_at} to={run.ended_at} />
        </>
      }
      actions={<RunActions project={project} run={run} />}
    >
      {run.deleted ? <Deleted project={project} run={run} /> : null}
      <TabLinks label="Parts of this run" to={paths.run(project, id)} tabs={tabs} current={tab} />
      <Suspense fallback={<Loading />}>
        <Tab project={project} run={run} />
      </Suspense>
    </Page>
  )
}

function Tab({ project, run }: { project: string; run: RunDetail }) {
  const { tab = 'overview', path = '', of } = route.useSearch()
  switch (tab) {
    case 'charts':
      return <ChartsTab project={project} run={run} system={false} />
    case 'system':
      return <ChartsTab project={project} run={run} system />
    case 'artifacts':
      return <FilesTab project={project} run={run.id} of={of} path={path} />
    case 'code':
      return <CodeTab project={project} run={run} />
    case 'lineage':
      return <LineageTab project={project} run={run} />
    default:
      return <Overview project={project} run={run} />
  }
}

function Deleted({ project, run }: { project: string; run: RunDetail }) {
  const queries = useQueryClient()
  const may = useMay(project, 'runs:write')
  const restore = useMutation({
    mutationFn: () => client.runs.restore({ params: { project, run: run.id } }),
    onSuccess: (restored) => {
      queries.setQueryData(runQuery(project, run.id).queryKey, restored)
      return queries.invalidateQueries({ queryKey: ['runs', project] })
    },
  })
  return (
    <Notice tone="warn" icon="trash">
      This run is deleted.{' '}
      {may ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={restore.isPending}
          onClick={() => restore.mutate()}
        >
          Restore
        </Button>
      ) : null}
    </Notice>
  )
}
