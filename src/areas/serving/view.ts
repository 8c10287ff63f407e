import type { Static } from 'typebox'
import type {
  Deployment,
  DeploymentSummary,
  Revision,
  Rollout,
  RolloutStep,
  TrafficPoint,
  Traffic as WireTraffic,
} from '../../contract/deployments.ts'
import type { labels } from '../../contract/labels.ts'
import type { Prediction } from '../../contract/predictions.ts'
import { inferenceName } from './deployment.ts'
import type { HourCoverage } from './predictions/coverage.ts'
import type { LoggedRow } from './predictions/recent.ts'
import type { DeploymentRow, RevisionRow, RolloutRow, ServerRow, StepRow } from './reader.ts'
import type { Evidence, Step } from './rollouts/rollout.ts'
import { liveForMs } from './rollouts/situation.ts'
import { type MinuteCounters, minuteOf } from './traffic/reader.ts'
import { sum, type Traffic, trafficOf } from './traffic/traffic.ts'

/** What is known of one deployment, as read; the functions below put it into the words of the contract. */
export interface Known {
  readonly project: string
  readonly deployment: DeploymentRow
  readonly revisions: readonly RevisionRow[]
  readonly servers: readonly ServerRow[]
  readonly snapshotVersion: number
  /** The last hour, of this deployment. */
  readonly minutes: readonly MinuteCounters[]
  readonly rollout: Rollout | undefined
  readonly now: Date
}

export function summaryView(known: Known): DeploymentSummary {
  const { deployment, revisions, minutes, rollout, now } = known
  const served = revisions.filter((revision) => revision.weight > 0)
  const lastMinute = minuteOf(now, 1)
  return {
    id: deployment.id,
    name: deployment.name,
    inference_name: inferenceName(known.project, deployment.name),
    line_id: deployment.line_id,
    risk: deployment.risk as DeploymentSummary['risk'],
    replicas: { min: deployment.min_replicas, max: deployment.max_replicas },
    state: stateOf(known),
    weights: served.map(({ number, weight }) => ({ revision: number, weight })).reverse(),
    rollout: rollout ?? null,
    last_minute: trafficView(trafficOf(sum(minutes.filter((one) => one.minute >= lastMinute)))),
    last_hour: trafficView(trafficOf(sum(minutes))),
    created_at: deployment.created_at.toISOString(),
  }
}

function stateOf({ revisions, servers, rollout, now }: Known): DeploymentSummary['state'] {
  const served = revisions.filter((revision) => revision.weight > 0)
  if (served.length === 0) return rollout ? 'starting' : 'empty'
  const live = servers.filter((server) => isLive(server, now))
  if (live.length === 0) return 'failing'
  if (served.some((revision) => heldState(revision.number, live).state === 'failed')) return 'failing'
  return rollout ? 'rolling_out' : 'serving'
}

export function revisionView(
  revision: RevisionRow,
  servers: readonly ServerRow[],
  now: Date,
  model: Revision['model'],
): Revision {
  const held = heldState(
    revision.number,
    servers.filter((server) => isLive(server, now)),
  )
  return {
    number: revision.number,
    model_version_id: revision.model_version_id,
    model,
    digest: revision.digest,
    signature: revision.signature,
    weight: revision.weight,
    state: held.state,
    state_error: held.error,
    created_at: revision.created_at.toISOString(),
  }
}

export function serverViews({ servers, snapshotVersion, now }: Known): Deployment['model_servers'] {
  return servers.map((server) => ({
    id: server.id,
    live: isLive(server, now),
    snapshot_version: server.snapshot_version,
    current: server.snapshot_version >= snapshotVersion,
    reported_at: server.seen_at.toISOString(),
  }))
}

/** The worst of what live servers report: a revision counts as ready when all have it. */
function heldState(
  number: number,
  live: readonly ServerRow[],
): { state: Revision['state']; error: string | null } {
  const held = live.map((server) => server.revisions.find((one) => one.number === number))
  const failed = held.find((one) => one?.state === 'failed')
  if (failed) return { state: 'failed', error: failed.error }
  if (held.every((one) => !one)) return { state: 'unseen', error: null }
  return { state: held.every((one) => one?.state === 'ready') ? 'ready' : 'loading', error: null }
}

function isLive(server: ServerRow, now: Date): boolean {
  return server.seen_at.getTime() > now.getTime() - liveForMs
}

export function rolloutView(
  deployment: string,
  row: RolloutRow,
  steps: readonly StepRow[],
  waitingFor: string | null,
): Rollout {
  const plan = row.plan as unknown as Step[]
  return {
    id: row.id,
    deployment,
    kind: row.kind as Rollout['kind'],
    revision: row.revision,
    model_version_id: row.model_version_id,
    state: row.finished_at === null && row.desired === 'pause' ? 'paused' : (row.state as Rollout['state']),
    reason: row.reason,
    outcome_reason: row.outcome_reason,
    abort_if: row.abort_if,
    waiting_for: row.finished_at === null ? waitingFor : null,
    weights_before: row.weights_before as unknown as Rollout['weights_before'],
    steps: plan.map((step, position) =>
      stepView(
        step,
        position,
        steps.find((one) => one.position === position),
      ),
    ),
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }
}

function stepView(plan: Step, position: number, row: StepRow | undefined): RolloutStep {
  return {
    position,
    percent: plan.percent,
    requests: plan.requests ?? null,
    for_ms: plan.for_ms ?? null,
    state: stepState(row),
    entered_at: row?.entered_at.toISOString() ?? null,
    effective_at: row?.effective_at?.toISOString() ?? null,
    left_at: row?.left_at?.toISOString() ?? null,
    evidence: row?.evidence ? evidenceView(row.evidence as unknown as Evidence) : null,
  }
}

function stepState(row: StepRow | undefined): RolloutStep['state'] {
  if (!row) return 'pending'
  if (row.outcome !== null) return row.outcome as 'passed' | 'aborted'
  return row.effective_at ? 'measuring' : 'applying'
}

export function evidenceView(evidence: Evidence): NonNullable<RolloutStep['evidence']> {
  return {
    revision: trafficView(evidence.revision),
    baseline: trafficView(evidence.baseline),
    conditions: [...evidence.conditions],
    duration_ms: evidence.durationMs,
  }
}

function trafficView({ requests, rows, errors, p50Ms, p99Ms }: Traffic): WireTraffic {
  const rate = requests > 0 ? errors / requests : null
  return { requests, rows, errors, error_rate: rate, p50_ms: p50Ms, p99_ms: p99Ms }
}

export function pointView(minute: MinuteCounters): TrafficPoint {
  return { ...trafficView(trafficOf(minute)), minute: minute.minute.toISOString(), revision: minute.number }
}

export function predictionView(row: LoggedRow): Prediction {
  return {
    id: row.id,
    row: row.row,
    request_id: row.requestId,
    time: row.time,
    revision: row.revision,
    model_version_id: row.modelVersionId,
    latency_us: row.latencyUs,
    inputs: { ...row.inputs },
    outputs: { ...row.outputs },
    ...(row.label
      ? {
          label: {
            value: row.label.value,
            observed_at: row.label.observedAt.toISOString(),
            received_at: row.label.receivedAt.toISOString(),
          },
        }
      : {}),
  }
}

export function coverageView(
  received: { count: number; last: Date | null },
  hours: readonly HourCoverage[],
): Static<typeof labels.coverage.reply> {
  const coverage = (rows: number, labelled: number) => ({
    rows,
    labelled,
    share: rows > 0 ? labelled / rows : null,
  })
  const total = (of: (hour: HourCoverage) => number) => hours.reduce((sum, hour) => sum + of(hour), 0)
  return {
    received: received.count,
    last_received_at: received.last?.toISOString() ?? null,
    total: coverage(
      total((hour) => hour.rows),
      total((hour) => hour.labelled),
    ),
    hours: hours.map((one) => ({ hour: one.hour.toISOString(), ...coverage(one.rows, one.labelled) })),
  }
}
