import { useQueries, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { deploymentQuery, deploymentsQuery, runQuery } from '../../api/queries.ts'
import { Panel } from '../../design/panel.tsx'
import { sentencesOf } from '../tracking/run/lineage.ts'
import { versionLineage } from './version-lineage.ts'

const Graph = lazy(async () => ({
  default: (await import('../tracking/run/lineage-graph.tsx')).LineageGraph,
}))
const mostDeployments = 20

/** Where a version comes from and where it serves. */
export function VersionLineagePanel({ project, version }: { project: string; version: VersionDetail }) {
  const run = useQuery({ ...runQuery(project, version.run_id ?? ''), enabled: version.run_id !== null })
  const list = useQuery(deploymentsQuery(project))
  const deployments = useQueries({
    queries: (list.data?.deployments ?? [])
      .slice(0, mostDeployments)
      .map((each) => ({ ...deploymentQuery(project, each.name), refetchInterval: 30_000 })),
  })
  const lineage = versionLineage({
    project,
    version,
    runTags: run.data?.tags ?? {},
    runDatasets: run.data?.datasets ?? [],
    deployments: deployments.flatMap((each) => (each.data ? [each.data] : [])),
  })
  return (
    <>
      <Panel title="Lineage" note="From data and code to what serves" flush>
        <Suspense fallback={<div style={{ height: 240 }} aria-busy="true" />}>
          <Graph lineage={lineage} />
        </Suspense>
      </Panel>
      <Panel title="The same in words">
        <ul style={{ margin: 0, paddingLeft: 18, fontSize: 13 }}>
          {sentencesOf(lineage).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Panel>
    </>
  )
}
