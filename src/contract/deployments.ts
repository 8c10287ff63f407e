import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

const deploymentPath = Type.Object({ project: Name, deployment: Name })
const rolloutPath = Type.Object({ project: Name, deployment: Name, rollout: Id })
const Reason = Type.String({ minLength: 1, maxLength: 500 })
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const risks = ['minimal', 'limited', 'high'] as const
export const rolloutStates = ['waiting', 'running', 'paused', 'completed', 'aborted'] as const
export const rolloutKinds = ['first', 'rollout', 'rollback'] as const
export const revisionStates = ['unseen', 'loading', 'ready', 'failed'] as const

/** What one revision was asked and how it answered, over some span. */
export const Traffic = Type.Object({
  requests: Type.Integer(),
  rows: Type.Integer(),
  errors: Type.Integer(),
  /** errors / requests; null without requests. */
  error_rate: nullable(Type.Number()),
  p50_ms: nullable(Type.Number()),
  p99_ms: nullable(Type.Number()),
})
export type Traffic = Static<typeof Traffic>

/** One minute of one revision. Minutes without requests are left out. */
export const TrafficPoint = Type.Object({ ...Traffic.properties, minute: Time, revision: Type.Integer() })
export type TrafficPoint = Static<typeof TrafficPoint>

/** A stage of a rollout: the share of traffic, and what has to happen before the next. */
export const StepPlan = Type.Object(
  {
    percent: Type.Integer({ minimum: 1, maximum: 100 }),
    requests: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Requests that the new revision answers at this step.' }),
    ),
    for_ms: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 30 * 86_400_000, description: 'Least time at this step.' }),
    ),
  },
  { additionalProperties: false },
)
export type StepPlan = Static<typeof StepPlan>

/** What a step was judged on: the traffic while it was in effect, of the new revision and of those before it. */
export const StepEvidence = Type.Object({
  revision: Traffic,
  baseline: Traffic,
  /** Each condition of `abort_if` with what was observed; null where there was nothing to observe. */
  conditions: Type.Array(
    Type.Object({
      condition: Type.String(),
      observed: nullable(Type.Number()),
      met: Type.Boolean(),
    }),
  ),
  duration_ms: Type.Integer(),
})
export type StepEvidence = Static<typeof StepEvidence>

export const RolloutStep = Type.Object({
  position: Type.Integer({ description: '0 is the first.' }),
  percent: Type.Integer(),
  requests: nullable(Type.Integer()),
  for_ms: nullable(Type.Integer()),
  state: Type.Enum(['pending', 'applying', 'measuring', 'passed', 'aborted']),
  entered_at: nullable(Time),
  /** When every live model server had this step's weights: what is measured begins here. */
  effective_at: nullable(Time),
  left_at: nullable(Time),
  evidence: nullable(StepEvidence),
})
export type RolloutStep = Static<typeof RolloutStep>

export const Rollout = Type.Object({
  id: Id,
  deployment: Name,
  kind: Type.Enum([...rolloutKinds]),
  revision: Type.Integer(),
  model_version_id: Id,
  state: Type.Enum([...rolloutStates]),
  reason: Type.String(),
  /** Why it ended as it did; null while it goes on. */
  outcome_reason: nullable(Type.String()),
  abort_if: Type.Array(Type.String()),
  /** What it waits for now, in words; null when it has ended. */
  waiting_for: nullable(Type.String()),
  weights_before: Type.Array(Type.Object({ revision: Type.Integer(), weight: Type.Integer() })),
  steps: Type.Array(RolloutStep),
  started_at: Time,
  finished_at: nullable(Time),
})
export type Rollout = Static<typeof Rollout>

export const Revision = Type.Object({
  number: Type.Integer(),
  model_version_id: Id,
  /** Model name and version in the registry, where it is (still) known. */
  model: nullable(Type.Object({ name: Type.String(), version: Type.Integer() })),
  digest: DigestText,
  signature: Type.Unknown(),
  /** Share of traffic, 0 to 100. The weights of a deployment add up to 100 (or to 0 before its first rollout). */
  weight: Type.Integer(),
  /** As the live model servers report it; `unseen` when none has it. */
  state: Type.Enum([...revisionStates]),
  state_error: nullable(Type.String()),
  created_at: Time,
})
export type Revision = Static<typeof Revision>

export const ModelServer = Type.Object({
  id: Type.String(),
  live: Type.Boolean(),
  snapshot_version: Type.Integer(),
  /** True when it serves by the newest weights. */
  current: Type.Boolean(),
  reported_at: Time,
})
export type ModelServer = Static<typeof ModelServer>

export const DeploymentSummary = Type.Object({
  id: Id,
  name: Name,
  /** The model name in inference URLs: `/v2/models/<inference_name>/infer`. */
  inference_name: Type.String(),
  line_id: nullable(Id),
  risk: Type.Enum([...risks]),
  replicas: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
  state: Type.Enum(['empty', 'starting', 'serving', 'rolling_out', 'failing'], {
    description: 'failing: a revision that has weight is reported failed, or no model server is live.',
  }),
  weights: Type.Array(Type.Object({ revision: Type.Integer(), weight: Type.Integer() })),
  rollout: nullable(Rollout),
  last_minute: Traffic,
  last_hour: Traffic,
  created_at: Time,
})
export type DeploymentSummary = Static<typeof DeploymentSummary>

export const Deployment = Type.Object({
  ...DeploymentSummary.properties,
  revisions: Type.Array(Revision, { description: 'Newest first, at most 50.' }),
  model_servers: Type.Array(ModelServer),
  traffic: Type.Array(TrafficPoint, { description: 'The last hour, per minute and revision, oldest first.' }),
  predictions: Type.Object({
    rows: Type.Integer({ description: 'Rows of the prediction log that can be queried.' }),
    converted_to: nullable(Time),
    waiting_segments: Type.Integer({ description: 'Uploaded, but not yet converted.' }),
  }),
})
export type Deployment = Static<typeof Deployment>

const RolloutBody = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 250, description: 'A registered model.' }),
    version: Type.String({ minLength: 1, maxLength: 100, description: 'A version number or an alias.' }),
    steps: Type.Optional(
      Type.Array(StepPlan, {
        minItems: 1,
        maxItems: 20,
        description: 'Default: 100 % as soon as it is ready.',
      }),
    ),
    abort_if: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        maxItems: 20,
        description: 'For example "error_rate > 1%" or "p99_ms > 50".',
      }),
    ),
    reason: Type.Optional(Reason),
  },
  { additionalProperties: false },
)

export const deployments = {
  list: endpoint({
    id: 'deployments.list',
    method: 'GET',
    path: '/projects/:project/deployments',
    summary: 'All deployments of a project.',
    params: ProjectPath,
    reply: Type.Object({ deployments: Type.Array(DeploymentSummary) }),
  }),
  get: endpoint({
    id: 'deployments.get',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment',
    summary: 'One deployment: revisions, rollout, model servers and the traffic of the last hour.',
    params: deploymentPath,
    reply: Deployment,
  }),
  create: endpoint({
    id: 'deployments.create',
    method: 'POST',
    path: '/projects/:project/deployments',
    summary: 'Create a deployment without a model; start a rollout to serve one.',
    params: ProjectPath,
    body: Type.Object(
      {
        name: Name,
        risk: Type.Optional(Type.Enum([...risks], { description: 'Default limited.' })),
        replicas: Type.Optional(
          Type.Object({
            min: Type.Integer({ minimum: 0, maximum: 1000 }),
            max: Type.Integer({ minimum: 1, maximum: 1000 }),
          }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: Deployment,
  }),
  delete: endpoint({
    id: 'deployments.delete',
    method: 'DELETE',
    path: '/projects/:project/deployments/:deployment',
    summary: 'Stop serving and remove the deployment; its prediction log stays until its retention ends.',
    params: deploymentPath,
    reply: Type.Object({ deleted: Type.Literal(true) }),
  }),
  traffic: endpoint({
    id: 'deployments.traffic',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/traffic',
    summary: 'Requests, errors and latency per minute and revision.',
    params: deploymentPath,
    query: Type.Object({
      minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080, default: 60 })),
    }),
    reply: Type.Object({ points: Type.Array(TrafficPoint, { description: 'Oldest first.' }) }),
  }),
  rollback: endpoint({
    id: 'deployments.rollback',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/rollback',
    summary: 'Abort the rollout under way, or give all traffic back to an earlier revision.',
    params: deploymentPath,
    body: Type.Object(
      {
        revision: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the one before.' })),
        reason: Type.Optional(Reason),
      },
      { additionalProperties: false },
    ),
    reply: Deployment,
  }),
}

export const rollouts = {
  list: endpoint({
    id: 'rollouts.list',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/rollouts',
    summary: 'All rollouts of a deployment, newest first.',
    params: deploymentPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ rollouts: Type.Array(Rollout), next: Type.Optional(Type.String()) }),
  }),
  get: endpoint({
    id: 'rollouts.get',
    method: 'GET',
    path: '/projects/:project/deployments/:deployment/rollouts/:rollout',
    summary: 'One rollout with the evidence of each step.',
    params: rolloutPath,
    reply: Rollout,
  }),
  start: endpoint({
    id: 'rollouts.start',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/rollouts',
    summary: 'Deploy a model version, by steps.',
    params: deploymentPath,
    body: RolloutBody,
    reply: Rollout,
  }),
  pause: endpoint({
    id: 'rollouts.pause',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/rollouts/:rollout/pause',
    summary: 'Stay at the present step. Conditions of abort_if still hold.',
    params: rolloutPath,
    reply: Rollout,
  }),
  resume: endpoint({
    id: 'rollouts.resume',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/rollouts/:rollout/resume',
    summary: 'Go on after a pause.',
    params: rolloutPath,
    reply: Rollout,
  }),
  abort: endpoint({
    id: 'rollouts.abort',
    method: 'POST',
    path: '/projects/:project/deployments/:deployment/rollouts/:rollout/abort',
    summary: 'Give the traffic back to the revisions that had it before.',
    params: rolloutPath,
    body: Type.Object({ reason: Type.Optional(Reason) }, { additionalProperties: false }),
    reply: Rollout,
  }),
}
