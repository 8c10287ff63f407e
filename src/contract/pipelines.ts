import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, Name, PageQuery, ProjectPath, Time } from './names.ts'

const runPath = Type.Object({ project: Name, pipeline_run: Id })

export const stepStates = [
  'pending',
  'running',
  'succeeded',
  'cached',
  'failed',
  'skipped',
  'cancelled',
] as const

/** Why something failed, in the words of the error catalogue. */
export const Failure = Type.Object({ code: Type.String(), message: Type.String(), remedy: Type.String() })

export const Job = Type.Object({
  id: Id,
  attempt: Type.Integer(),
  state: Type.Enum(['starting', 'running', 'ended']),
  outcome: Type.Union([Type.String(), Type.Null()]),
  message: Type.Union([Type.String(), Type.Null()]),
  exit_code: Type.Union([Type.Integer(), Type.Null()]),
  log_size: Type.Union([Type.Integer(), Type.Null()]),
  peak_bytes: Type.Union([Type.Integer(), Type.Null()]),
  cpu_seconds: Type.Union([Type.Number(), Type.Null()]),
  started_at: Type.Union([Time, Type.Null()]),
  ended_at: Type.Union([Time, Type.Null()]),
})

export const PipelineStep = Type.Object({
  id: Id,
  name: Type.String(),
  kind: Type.String(),
  needs: Type.Array(Type.String()),
  state: Type.Enum(stepStates),
  run_id: Type.Union([Type.String(), Type.Null()], { description: 'The tracked run of a training step.' }),
  outputs: Type.Record(Type.String(), Type.Unknown()),
  failure: Type.Union([Failure, Type.Null()]),
  jobs: Type.Array(Job),
  started_at: Type.Union([Time, Type.Null()]),
  ended_at: Type.Union([Time, Type.Null()]),
})
export type PipelineStep = Static<typeof PipelineStep>

const summary = {
  id: Id,
  name: Type.String(),
  line_id: Type.Union([Id, Type.Null()]),
  state: Type.Enum(['running', 'succeeded', 'failed', 'cancelled']),
  failure: Type.Union([Failure, Type.Null()]),
  created_at: Time,
  ended_at: Type.Union([Time, Type.Null()]),
}
export const PipelineRunSummary = Type.Object(summary)
export const PipelineRun = Type.Object({ ...summary, steps: Type.Array(PipelineStep) })
export type PipelineRun = Static<typeof PipelineRun>

export const pipelines = {
  list: endpoint({
    id: 'pipelines.list',
    method: 'GET',
    path: '/projects/:project/pipeline-runs',
    summary: 'Pipeline runs, newest first.',
    params: ProjectPath,
    query: Type.Object({ ...PageQuery, line_id: Type.Optional(Id) }),
    reply: Type.Object({ pipeline_runs: Type.Array(PipelineRunSummary), next: Type.Optional(Type.String()) }),
  }),
  get: endpoint({
    id: 'pipelines.get',
    method: 'GET',
    path: '/projects/:project/pipeline-runs/:pipeline_run',
    summary: 'One pipeline run with its steps and jobs.',
    params: runPath,
    reply: PipelineRun,
  }),
  cancel: endpoint({
    id: 'pipelines.cancel',
    method: 'POST',
    path: '/projects/:project/pipeline-runs/:pipeline_run/cancel',
    summary: 'Stop a pipeline run and its jobs.',
    params: runPath,
    reply: PipelineRun,
  }),
  log: endpoint({
    id: 'pipelines.log',
    method: 'GET',
    path: '/projects/:project/jobs/:job/log',
    summary: 'The log of a job as text; with follow it goes on until the job has ended.',
    params: Type.Object({ project: Name, job: Id }),
    query: Type.Object({
      offset: Type.Optional(Type.Integer({ minimum: 0, description: 'In bytes.' })),
      follow: Type.Optional(Type.Boolean()),
    }),
    reply: Type.String(),
    download: true,
  }),
}
