import { useQuery } from '@tanstack/react-query'
import type { Cycle, LineDetail } from '../../../src/contract/lines.ts'
import { pipelineRunQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Failure } from '../../design/failure.tsx'
import { TextLink } from '../../design/go.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Badge } from '../../design/status.tsx'
import { Took } from '../../design/time.tsx'
import { capitalized, toneOf, words } from '../../design/tones.ts'
import { paths } from '../../paths.ts'
import { GatesPanel } from './gates.tsx'
import { PipelineSteps } from './pipeline-steps.tsx'

/** One pass of the loop: its training steps with their log, and the gates with their evidence. */
export function CyclePanel(props: {
  project: string
  line: LineDetail
  cycle: Cycle
  step: string | undefined
}) {
  const { project, line, cycle } = props
  return (
    <Columns>
      <Panel
        span={7}
        flush
        title={`Cycle ${cycle.number}`}
        note={
          <>
            {capitalized(cycle.reason)} · <Took from={cycle.started_at} to={cycle.ended_at} />
            {cycle.pipeline_run_id ? (
              <>
                {' '}
                · <TextLink to={paths.pipelineRun(project, cycle.pipeline_run_id)}>pipeline run</TextLink>
              </>
            ) : null}
          </>
        }
        actions={<Badge tone={toneOf(cycle.state)}>{words(cycle.state)}</Badge>}
      >
        {cycle.pipeline_run_id ? (
          <CycleSteps
            project={project}
            id={cycle.pipeline_run_id}
            to={paths.line(project, line.name)}
            search={{ cycle: cycle.number }}
            chosen={props.step}
          />
        ) : (
          <Nothing>Training has not started yet.</Nothing>
        )}
      </Panel>
      <GatesPanel project={project} line={line} cycle={cycle} />
    </Columns>
  )
}

function CycleSteps(props: {
  project: string
  id: string
  to: string
  search: Record<string, unknown>
  chosen: string | undefined
}) {
  const { data, error } = useQuery(pipelineRunQuery(props.project, props.id))
  if (error) return <Failure error={error} />
  if (data === undefined) return <Nothing>Loading the steps…</Nothing>
  return (
    <PipelineSteps
      project={props.project}
      run={data}
      to={props.to}
      search={props.search}
      chosen={props.chosen}
    />
  )
}
