import { Button, SegmentedControl } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Deployment, TrafficPoint } from '../../../src/contract/deployments.ts'
import { deploymentQuery, rolloutsQuery, trafficQuery } from '../../api/queries.ts'
import { useMay } from '../../api/use-may.ts'
import { Command } from '../../design/command.tsx'
import { Nothing } from '../../design/empty.tsx'
import { Stats } from '../../design/facts.tsx'
import { Icon } from '../../design/icons.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { count, milliseconds, percent } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { ModelServersPanel } from './model-servers.tsx'
import { PredictionsPanel } from './predictions.tsx'
import { RevisionsPanel } from './revisions.tsx'
import { Rollback } from './rollback.tsx'
import { RolloutSteps } from './rollout-steps.tsx'
import { ErrorsChart, LatencyChart, TrafficChart } from './traffic-chart.tsx'
import { Weights } from './weights.tsx'

const route = getRouteApi('/signed-in/projects/$project/deployments/$deployment')

const spans = [
  { value: '60', label: '1 h' },
  { value: '360', label: '6 h' },
  { value: '1440', label: '1 d' },
  { value: '10080', label: '7 d' },
]

/** One deployment: who answers, how fast, how well; what is being rolled out; what it answered last. */
export function DeploymentPage() {
  const { project, deployment: name } = route.useParams()
  const { minutes = 60 } = route.useSearch()
  const { data: deployment } = useSuspenseQuery(deploymentQuery(project, name))
  const [rollingBack, rollBack] = useState(false)
  const may = useMay(project, 'deployments:write')
  const wide = useQuery({ ...trafficQuery(project, name, minutes), enabled: minutes !== 60 })
  const points = minutes === 60 ? deployment.traffic : (wide.data?.points ?? [])
  return (
    <Page
      title={deployment.name}
      crumbs={[{ label: 'Deployments', to: paths.deployments(project) }]}
      status={<Badge tone={toneOf(deployment.state)}>{words(deployment.state)}</Badge>}
      lede={
        <>
          Callers post to <code>/v2/models/{deployment.inference_name}/infer</code> · {deployment.risk} risk
        </>
      }
      actions={
        may && deployment.revisions.length > 1 ? (
          <Button
            variant="default"
            leftSection={<Icon name="back" size={14} />}
            onClick={() => rollBack(true)}
          >
            Roll back…
          </Button>
        ) : null
      }
    >
      <Stats stats={statsOf(deployment)} />
      <Rollouts project={project} deployment={deployment} />
      <Charts project={project} name={name} points={points} minutes={minutes} />
      <RevisionsPanel project={project} deployment={deployment} />
      <PredictionsPanel project={project} deployment={deployment} />
      <ModelServersPanel deployment={deployment} />
      {deployment.revisions.length === 0 ? (
        <Command text={`slipway deployments rollout ${name} <model> <version>`} />
      ) : null}
      <Rollback
        project={project}
        deployment={deployment}
        opened={rollingBack}
        close={() => rollBack(false)}
      />
    </Page>
  )
}

function statsOf({ last_minute: minute, last_hour: hour, predictions }: Deployment) {
  const errors = minute.error_rate ?? 0
  return [
    {
      label: 'Requests, last minute',
      value: count(minute.requests),
      note: `${count(hour.requests)} in the last hour`,
    },
    {
      label: 'Errors, last minute',
      value: minute.error_rate === null ? '–' : percent(errors),
      note: `${count(hour.errors)} in the last hour`,
      tone: errors > 0.01 ? ('bad' as const) : undefined,
    },
    { label: 'Latency, median', value: minute.p50_ms === null ? '–' : milliseconds(minute.p50_ms) },
    { label: 'Latency, 99th percentile', value: minute.p99_ms === null ? '–' : milliseconds(minute.p99_ms) },
    {
      label: 'Prediction log',
      value: count(predictions.rows),
      note:
        predictions.waiting_segments > 0
          ? `rows; ${count(predictions.waiting_segments)} segments to convert`
          : 'rows',
    },
  ]
}

function Charts(props: { project: string; name: string; points: readonly TrafficPoint[]; minutes: number }) {
  const navigate = useNavigate()
  return (
    <>
      <Panel
        title="Requests per minute"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Span of the charts"
            data={spans}
            value={String(props.minutes)}
            onChange={(value) =>
              void navigate({
                to: paths.deployment(props.project, props.name),
                search: (value === '60' ? {} : { minutes: Number(value) }) as never,
                replace: true,
              })
            }
          />
        }
      >
        <TrafficChart points={props.points} group="deployment" />
      </Panel>
      <Columns>
        <Panel title="Latency" note="Median, and 99th percentile dashed" span={6}>
          <LatencyChart points={props.points} group="deployment" />
        </Panel>
        <Panel title="Errors" note="Share of requests that failed" span={6}>
          <ErrorsChart points={props.points} group="deployment" />
        </Panel>
      </Columns>
    </>
  )
}

/** The weights now, the rollout under way, and the ones before. */
function Rollouts({ project, deployment }: { project: string; deployment: Deployment }) {
  const { data } = useQuery(rolloutsQuery(project, deployment.name))
  const [all, showAll] = useState(false)
  const rollouts = data?.rollouts ?? (deployment.rollout ? [deployment.rollout] : [])
  const shown = all ? rollouts : rollouts.slice(0, 1)
  return (
    <Panel title="Rollouts" note={rollouts.length === 0 ? undefined : `${rollouts.length} so far`}>
      <Weights deployment={deployment} />
      {rollouts.length === 0 ? <Nothing>Nothing has been rolled out yet.</Nothing> : null}
      {shown.map((rollout) => (
        <RolloutSteps key={rollout.id} project={project} rollout={rollout} />
      ))}
      {rollouts.length > 1 ? (
        <Button mt={12} size="compact-xs" variant="subtle" onClick={() => showAll(!all)}>
          {all ? 'Only the latest' : `Show ${rollouts.length - 1} earlier`}
        </Button>
      ) : null}
    </Panel>
  )
}
