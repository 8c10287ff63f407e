import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { LineSpec } from './linespec.ts'
import { DigestText, Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

const linePath = Type.Object({ project: Name, line: Name })

export const health = ['starting', 'healthy', 'degraded', 'failing', 'paused'] as const
export const cycleStates = [
  'running',
  'gating',
  'awaiting_approval',
  'rolling_out',
  'completed',
  'rejected',
  'aborted',
  'failed',
  'cancelled',
] as const

/** One gate's answer for one model version. */
export const GateResult = Type.Object({
  gate: Type.String({ description: 'As written in the line file.' }),
  kind: Type.Enum(['metric', 'champion', 'slice', 'approvals']),
  passed: Type.Boolean(),
  observed: Type.Union([Type.Number(), Type.Null()]),
  required: Type.Union([Type.Number(), Type.Null()]),
  message: Type.String(),
})
export type GateResult = Static<typeof GateResult>

/** One sentence that the line said about itself, with what it rests on. */
export const Decision = Type.Object({
  id: Id,
  at: Time,
  kind: Type.String({
    description: 'applied, cycle_started, training_finished, gates_passed, rollout_step, alert, …',
  }),
  sentence: Type.String(),
  cycle: Type.Union([Type.Integer(), Type.Null()]),
  evidence: Type.Record(Type.String(), Type.Unknown()),
})
export type Decision = Static<typeof Decision>

/** One pass of the loop: data → training → gates → rollout. */
export const Cycle = Type.Object({
  id: Id,
  number: Type.Integer(),
  state: Type.Enum(cycleStates),
  trigger: Type.String({ description: 'first, drift, performance, schedule, new_rows, manual, applied' }),
  reason: Type.String(),
  outcome: Type.Union([Type.String(), Type.Null()]),
  pipeline_run_id: Type.Union([Id, Type.Null()]),
  dataset_version_id: Type.Union([Id, Type.Null()]),
  model_version_id: Type.Union([Id, Type.Null()]),
  model_version: Type.Union([Type.Integer(), Type.Null()]),
  rollout_id: Type.Union([Id, Type.Null()]),
  gates: Type.Array(GateResult),
  metrics: Type.Record(Type.String(), Type.Number()),
  champion_metrics: Type.Record(Type.String(), Type.Number()),
  started_at: Time,
  ended_at: Type.Union([Time, Type.Null()]),
})
export type Cycle = Static<typeof Cycle>

/** A node of the loop as drawn: what it says now. */
export const Stage = Type.Object({
  stage: Type.Enum(['data', 'training', 'gates', 'traffic', 'drift', 'performance', 'retraining']),
  state: Type.Enum(['idle', 'active', 'ok', 'warning', 'failed', 'waiting']),
  headline: Type.String({ description: 'A few words or a number: "1,797 rows", "98.1 %".' }),
  detail: Type.String(),
  at: Type.Union([Time, Type.Null()]),
})
export type Stage = Static<typeof Stage>

export const LineSummary = Type.Object({
  id: Id,
  name: Name,
  owner: Type.String(),
  risk: Type.String(),
  desired: Type.Enum(['active', 'paused']),
  health: Type.Enum(health),
  health_reason: Type.String(),
  deployment: Name,
  dataset: Name,
  model: Type.Union([
    Type.Object({ name: Type.String(), version: Type.Integer(), version_id: Id }),
    Type.Null(),
  ]),
  cycle: Type.Union([Cycle, Type.Null()]),
  open_alerts: Type.Integer(),
  performance: Type.Union([
    Type.Object({
      metric: Type.String(),
      value: Type.Number(),
      min: Type.Union([Type.Number(), Type.Null()]),
      labelled: Type.Integer(),
      at: Time,
    }),
    Type.Null(),
  ]),
  drift: Type.Union([
    Type.Object({ share: Type.Number(), threshold: Type.Number(), drifted: Type.Boolean(), at: Time }),
    Type.Null(),
  ]),
  requests_last_minute: Type.Integer(),
  last_decision: Type.Union([Decision, Type.Null()]),
  applied_at: Time,
})
export type LineSummary = Static<typeof LineSummary>

export const LineDetail = Type.Object({
  ...LineSummary.properties,
  generation: Type.Integer(),
  spec: LineSpec,
  code_digest: DigestText,
  stages: Type.Array(Stage),
  cycles: Type.Array(Cycle, { description: 'Newest first, at most 20.' }),
})
export type LineDetail = Static<typeof LineDetail>

export const lines = {
  list: endpoint({
    id: 'lines.list',
    method: 'GET',
    path: '/projects/:project/lines',
    summary: 'All lines of a project with their health.',
    params: ProjectPath,
    reply: Type.Object({ lines: Type.Array(LineSummary) }),
  }),
  get: endpoint({
    id: 'lines.get',
    method: 'GET',
    path: '/projects/:project/lines/:line',
    summary: 'One line: its loop, cycles and specification.',
    params: linePath,
    reply: LineDetail,
  }),
  decisions: endpoint({
    id: 'lines.decisions',
    method: 'GET',
    path: '/projects/:project/lines/:line/decisions',
    summary: 'What the line decided and why, newest first.',
    params: linePath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ decisions: Type.Array(Decision), next: Type.Optional(Type.String()) }),
  }),
  uploadCode: endpoint({
    id: 'lines.upload_code',
    method: 'POST',
    path: '/projects/:project/code',
    summary: 'Upload the code of a line as a tar archive (at most 64 MiB).',
    params: ProjectPath,
    upload: true,
    reply: Type.Object({ digest: DigestText, size: Type.Integer() }),
  }),
  apply: endpoint({
    id: 'lines.apply',
    method: 'POST',
    path: '/projects/:project/lines',
    summary: 'Make the platform match a line file.',
    params: ProjectPath,
    body: Type.Object({
      yaml: Type.String({ maxLength: 262_144, description: 'The text of slipway.yaml.' }),
      code_digest: DigestText,
      files: Type.Record(Type.String({ maxLength: 255 }), Type.String({ maxLength: 262_144 }), {
        description:
          'Texts of the files that slipway.yaml names (checks, requirements), by the path written there.',
      }),
    }),
    reply: Type.Object({ line: LineDetail, changed: Type.Boolean() }),
  }),
  pause: endpoint({
    id: 'lines.pause',
    method: 'POST',
    path: '/projects/:project/lines/:line/pause',
    summary: 'Serve on, but start no training and no rollout.',
    params: linePath,
    reply: LineDetail,
  }),
  resume: endpoint({
    id: 'lines.resume',
    method: 'POST',
    path: '/projects/:project/lines/:line/resume',
    summary: 'Go on after a pause.',
    params: linePath,
    reply: LineDetail,
  }),
  retrain: endpoint({
    id: 'lines.retrain',
    method: 'POST',
    path: '/projects/:project/lines/:line/retrain',
    summary: 'Start a cycle now, whatever the triggers say.',
    params: linePath,
    body: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) }),
    reply: LineDetail,
  }),
  approve: endpoint({
    id: 'lines.approve',
    method: 'POST',
    path: '/projects/:project/lines/:line/cycles/:cycle/approvals',
    summary: 'Approve or refuse the version of a cycle that awaits approval.',
    params: Type.Object({ project: Name, line: Name, cycle: Type.String({ pattern: '^[0-9]{1,9}$' }) }),
    body: Type.Object({
      decision: Type.Enum(['approve', 'refuse']),
      comment: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    reply: LineDetail,
  }),
  delete: endpoint({
    id: 'lines.delete',
    method: 'DELETE',
    path: '/projects/:project/lines/:line',
    summary: 'Delete a line and its deployment; data, runs and model versions stay.',
    params: linePath,
    reply: Type.Object({ deleted: Type.Literal(true) }),
  }),
}
