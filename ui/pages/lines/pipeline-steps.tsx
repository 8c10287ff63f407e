import type { PipelineRun, PipelineStep } from '../../../src/contract/pipelines.ts'
import { Go, TextLink } from '../../design/go.tsx'
import { Dot } from '../../design/status.tsx'
import { Took } from '../../design/time.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { bytes } from '../../format/number.ts'
import { paths } from '../../paths.ts'
import { JobLog } from './job-log.tsx'
import classes from './lines.module.css'

/** The steps of a pipeline run in their order; below, the one that is chosen with its log. */
export function PipelineSteps(props: {
  project: string
  run: PipelineRun
  /** The page that this stands on, where the choice is kept in the URL. */
  to: string
  search: Record<string, unknown>
  chosen: string | undefined
}) {
  const { run } = props
  const step = run.steps.find((each) => each.name === props.chosen) ?? interesting(run.steps)
  return (
    <>
      <nav className={classes.steps} aria-label="Steps" style={{ paddingTop: 12 }}>
        {run.steps.map((each) => (
          <Go
            key={each.id}
            to={props.to}
            search={{ ...props.search, step: each.name }}
            className={classes.step}
            current={each.id === step?.id}
            replace
          >
            <Dot tone={toneOf(each.state)} />
            {each.name}
            <small>
              {each.state === 'succeeded' || each.state === 'running' ? (
                <Took from={each.started_at} to={each.ended_at} />
              ) : (
                words(each.state)
              )}
            </small>
          </Go>
        ))}
      </nav>
      {step ? <StepDetail project={props.project} step={step} /> : null}
    </>
  )
}

/** What a reader came to see: what fails, else what runs, else what ran longest. */
function interesting(steps: readonly PipelineStep[]): PipelineStep | undefined {
  const lasted = (step: PipelineStep) =>
    step.started_at && step.ended_at ? Date.parse(step.ended_at) - Date.parse(step.started_at) : 0
  return (
    steps.find((step) => step.state === 'failed') ??
    steps.find((step) => step.state === 'running') ??
    [...steps].filter((step) => step.jobs.length > 0).sort((a, b) => lasted(b) - lasted(a))[0] ??
    steps[0]
  )
}

function StepDetail({ project, step }: { project: string; step: PipelineStep }) {
  const job = step.jobs.at(-1)
  return (
    <>
      {step.failure ? (
        <p style={{ padding: '0 16px 12px', fontSize: 13 }} role="alert">
          <strong style={{ color: 'var(--bad-text)' }}>{step.failure.message}</strong> {step.failure.remedy}
        </p>
      ) : null}
      <p style={{ padding: '0 16px 10px', fontSize: 12.5, color: 'var(--text-3)' }}>
        {words(step.kind)} · {words(step.state)}
        {step.jobs.length > 1 ? ` · attempt ${step.jobs.length}` : ''}
        {job?.peak_bytes ? ` · peak memory ${bytes(job.peak_bytes)}` : ''}
        {job?.cpu_seconds ? ` · ${job.cpu_seconds.toFixed(1)} s of CPU` : ''}
        {step.run_id ? (
          <>
            {' · '}
            <TextLink to={paths.run(project, step.run_id)}>tracked run</TextLink>
          </>
        ) : null}
      </p>
      {job ? <JobLog key={job.id} project={project} job={job.id} running={job.state !== 'ended'} /> : null}
    </>
  )
}
