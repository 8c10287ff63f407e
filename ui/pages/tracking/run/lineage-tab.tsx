import { useQueries, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { RunDetail } from '../../../../src/contract/runs.ts'
import { deploymentQuery, deploymentsQuery, registeredQuery, runModelsQuery } from '../../../api/queries.ts'
import { Go } from '../../../design/go.tsx'
import { Panel } from '../../../design/panel.tsx'
import classes from './lineage.module.css'
import { type Lineage, lineageOf, sentencesOf } from './lineage.ts'

const Graph = lazy(async () => ({ default: (await import('./lineage-graph.tsx')).LineageGraph }))
const mostDeployments = 20

/** Where the run stands between data and what serves: as a picture, and as a list that says the same. */
export function LineageTab({ project, run }: { project: string; run: RunDetail }) {
  const models = useQuery(runModelsQuery(project, run.id))
  const versions = useQuery(registeredQuery(project, run.id))
  const registered = (versions.data?.versions.length ?? 0) > 0
  const list = useQuery({ ...deploymentsQuery(project), enabled: registered })
  const deployments = useQueries({
    queries: (registered ? (list.data?.deployments ?? []) : [])
      .slice(0, mostDeployments)
      .map((each) => ({ ...deploymentQuery(project, each.name), refetchInterval: 30_000 })),
  })
  const lineage = lineageOf({
    project,
    run,
    models: models.data?.models ?? [],
    versions: versions.data?.versions ?? [],
    deployments: deployments.flatMap((each) => (each.data ? [each.data] : [])),
  })
  return (
    <>
      <Panel title="Lineage" note="From the data to what serves" flush>
        <Suspense fallback={<div style={{ height: 360 }} aria-busy="true" />}>
          <Graph lineage={lineage} />
        </Suspense>
      </Panel>
      <Panel title="The same in words">
        <Words lineage={lineage} />
      </Panel>
    </>
  )
}

function Words({ lineage }: { lineage: Lineage }) {
  const sentences = sentencesOf(lineage)
  return (
    <div className={classes.words}>
      {sentences.length === 0 ? <p>No dataset, model or deployment is known of this run.</p> : null}
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className={classes.links}>
        {lineage.nodes.flatMap((node) =>
          node.to === undefined || node.current ? (
            []
          ) : (
            <Go key={node.id} to={node.to} {...(node.search ? { search: node.search } : {})}>
              {node.label}
            </Go>
          ),
        )}
      </p>
    </div>
  )
}
