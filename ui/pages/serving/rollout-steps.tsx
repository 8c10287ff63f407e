import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Rollout, RolloutStep, StepEvidence } from '../../../src/contract/deployments.ts'
import { client } from '../../api/client.ts'
import { useMay } from '../../api/use-may.ts'
import { Failure } from '../../design/failure.tsx'
import { Badge } from '../../design/status.tsx'
import { toneOf, words } from '../../design/tones.ts'
import { count, metric, milliseconds, percent } from '../../format/number.ts'
import { duration } from '../../format/time.ts'
import classes from './serving.module.css'

/** A rollout: each step with its share of traffic and what it was judged on. */
export function RolloutSteps({ project, rollout }: { project: string; rollout: Rollout }) {
  const going = rollout.finished_at === null
  return (
    <div className={classes.rollout}>
      <div className={classes.rolloutHead}>
        <Badge tone={toneOf(rollout.state)}>{words(rollout.state)}</Badge>
        <strong>
          {rollout.kind === 'rollback' ? 'Rollback' : 'Rollout'} of revision {rollout.revision}
        </strong>
        <span className={classes.rolloutSays}>
          {(going ? rollout.waiting_for : rollout.outcome_reason) ?? rollout.reason}
        </span>
        {going ? <RolloutActions project={project} rollout={rollout} /> : null}
      </div>
      <ol className={classes.stages}>
        {rollout.steps.map((step) => (
          <Step key={step.position} step={step} />
        ))}
      </ol>
    </div>
  )
}

function Step({ step }: { step: RolloutStep }) {
  return (
    <li className={classes.stage} data-state={step.state}>
      <strong>
        {step.percent} % <small>{words(step.state)}</small>
      </strong>
      {step.evidence ? <Evidence evidence={step.evidence} /> : <span>{planOf(step)}</span>}
    </li>
  )
}

function planOf(step: RolloutStep): string {
  if (step.requests !== null) return `until ${count(step.requests)} requests are answered`
  if (step.for_ms !== null && step.for_ms > 0) return `for ${duration(step.for_ms)}`
  return 'as soon as it is in effect'
}

function Evidence({ evidence }: { evidence: StepEvidence }) {
  const { revision } = evidence
  return (
    <ul>
      <li>
        {count(revision.requests)} requests in {duration(evidence.duration_ms)}
      </li>
      <li>
        {count(revision.errors)} errors
        {revision.p99_ms === null ? '' : `, p99 ${milliseconds(revision.p99_ms)}`}
      </li>
      {evidence.conditions.map((each) => (
        <li key={each.condition} className={each.met ? classes.met : undefined}>
          {conditionOf(each)}
        </li>
      ))}
    </ul>
  )
}

/** `p99_ms > 50` with what was seen: "p99_ms 6.1 ms, aborts if > 50". */
function conditionOf({ condition, observed: seen }: StepEvidence['conditions'][number]): string {
  const [name = condition, ...rest] = condition.split(/\s+/)
  return `${name} ${seen === null ? 'not seen' : observed(condition, seen)}, aborts if ${rest.join(' ')}`
}

function observed(condition: string, value: number): string {
  if (condition.includes('rate')) return percent(value)
  return condition.includes('_ms') ? milliseconds(value) : metric(value)
}

function RolloutActions({ project, rollout }: { project: string; rollout: Rollout }) {
  const may = useMay(project, 'deployments:write')
  const queries = useQueryClient()
  const params = { project, deployment: rollout.deployment, rollout: rollout.id }
  const act = useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'abort') =>
      verb === 'abort' ? client.rollouts.abort({ params, body: {} }) : client.rollouts[verb]({ params }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['deployments', project] }),
  })
  if (!may) return null
  const paused = rollout.state === 'paused'
  return (
    <Group gap={6}>
      {act.error ? <Failure error={act.error} /> : null}
      <Button
        size="compact-xs"
        variant="default"
        loading={act.isPending}
        onClick={() => act.mutate(paused ? 'resume' : 'pause')}
      >
        {paused ? 'Resume the rollout' : 'Hold at this step'}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        c="var(--bad-text)"
        disabled={act.isPending}
        onClick={() => act.mutate('abort')}
      >
        Abort
      </Button>
    </Group>
  )
}
