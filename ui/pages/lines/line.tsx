import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { lineQuery } from '../../api/queries.ts'
import { TextLink } from '../../design/go.tsx'
import { Page } from '../../design/page.tsx'
import { Columns } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { paths } from '../../paths.ts'
import { LineActions } from './actions.tsx'
import { Approval } from './approval.tsx'
import { CyclePanel } from './cycle.tsx'
import { CyclesPanel } from './cycles.tsx'
import { EventsPanel } from './events.tsx'
import { LineTraffic } from './line-traffic.tsx'
import type { StageName } from './loop/layout.ts'
import { Loop } from './loop/loop.tsx'
import { Middle } from './middle.tsx'
import { MonitoringPanels } from './monitoring.tsx'
import { OpenAlerts } from './open-alerts.tsx'

const route = getRouteApi('/signed-in/projects/$project/lines/$line')

/** One line: the loop with its numbers, and below it what each number rests on. */
export function LinePage() {
  const { project, line: name } = route.useParams()
  const search = route.useSearch()
  const { data: line } = useSuspenseQuery(lineQuery(project, name))
  const shown = line.cycles.find((cycle) => cycle.number === search.cycle) ?? line.cycle ?? line.cycles[0]
  return (
    <Page
      title={line.name}
      crumbs={[{ label: 'Lines', to: paths.lines(project) }]}
      status={<Badge tone={toneOf(line.health)}>{words(line.health)}</Badge>}
      lede={<Lede project={project} line={line} />}
      actions={<LineActions project={project} line={line} />}
    >
      <Approval project={project} line={line} />
      <OpenAlerts project={project} line={line} />
      <Loop
        stages={line.stages}
        metric={line.performance?.metric ?? line.spec.monitor?.performance?.metric}
        linkOf={linkOf(project, line)}
      >
        <Middle line={line} />
      </Loop>
      <MonitoringPanels project={project} line={line} />
      <Columns>
        <LineTraffic project={project} line={line} />
        <EventsPanel project={project} line={line.name} />
      </Columns>
      {shown ? <CyclePanel project={project} line={line} cycle={shown} step={search.step} /> : null}
      <CyclesPanel project={project} line={line} shown={shown?.number} />
    </Page>
  )
}

function Lede({ project, line }: { project: string; line: LineDetail }) {
  return (
    <>
      Owned by {line.owner} · {line.risk} risk · data{' '}
      <TextLink to={paths.dataset(project, line.dataset)}>{line.dataset}</TextLink>
      {line.model ? (
        <>
          {' '}
          · model{' '}
          <TextLink to={paths.modelVersion(project, line.model.name, line.model.version)}>
            {`${line.model.name} v${line.model.version}`}
          </TextLink>
        </>
      ) : null}{' '}
      · deployment <TextLink to={paths.deployment(project, line.deployment)}>{line.deployment}</TextLink>
    </>
  )
}

function linkOf(project: string, line: LineDetail) {
  const pipeline = line.cycle?.pipeline_run_id
  const links: Partial<Record<StageName, string>> = {
    data: paths.dataset(project, line.dataset),
    traffic: paths.deployment(project, line.deployment),
    ...(pipeline ? { training: paths.pipelineRun(project, pipeline) } : {}),
    ...(line.cycle?.model_version && line.model
      ? { gates: paths.modelVersion(project, line.model.name, line.cycle.model_version) }
      : {}),
  }
  return (stage: StageName) => links[stage]
}
