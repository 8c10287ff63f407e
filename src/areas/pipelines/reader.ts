import type { Kysely, Transaction } from 'kysely'
import type { JobHandle } from '../../engine/engine.ts'
import type { DB } from '../../store/tables.ts'
import type { StepState } from './graph.ts'
import type { Outputs } from './step.ts'

type Db = Kysely<DB> | Transaction<DB>

export interface StoredStep {
  readonly id: string
  readonly projectId: string
  readonly pipelineRunId: string
  readonly lineId: string | null
  readonly name: string
  readonly kind: string
  readonly needs: readonly string[]
  readonly with: Readonly<Record<string, unknown>>
  readonly state: StepState
  readonly runId: string | null
  readonly outputs: Outputs
}

export interface StoredJob {
  readonly id: string
  readonly stepId: string
  readonly attempt: number
  readonly handle: JobHandle | null
  readonly state: 'starting' | 'running' | 'ended'
}

export async function pipelineRun(db: Db, projectId: string, id: string) {
  return db
    .selectFrom('pipeline_runs')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function pipelineRuns(
  db: Db,
  filter: { projectId: string; lineId?: string | undefined; before?: string | undefined; limit: number },
) {
  let query = db.selectFrom('pipeline_runs').selectAll().where('project_id', '=', filter.projectId)
  if (filter.lineId !== undefined) query = query.where('line_id', '=', filter.lineId)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  return query.orderBy('id', 'desc').limit(filter.limit).execute()
}

export async function stepsOf(db: Db, pipelineRunId: string) {
  return db
    .selectFrom('pipeline_steps')
    .selectAll()
    .where('pipeline_run_id', '=', pipelineRunId)
    .orderBy('position')
    .execute()
}

export async function jobsOf(db: Db, pipelineRunId: string) {
  return db
    .selectFrom('jobs')
    .innerJoin('pipeline_steps', 'pipeline_steps.id', 'jobs.step_id')
    .selectAll('jobs')
    .where('pipeline_steps.pipeline_run_id', '=', pipelineRunId)
    .orderBy('jobs.attempt')
    .execute()
}

export async function storedStep(db: Db, id: string): Promise<StoredStep | undefined> {
  const row = await db
    .selectFrom('pipeline_steps')
    .innerJoin('pipeline_runs', 'pipeline_runs.id', 'pipeline_steps.pipeline_run_id')
    .selectAll('pipeline_steps')
    .select('pipeline_runs.line_id')
    .where('pipeline_steps.id', '=', id)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      projectId: row.project_id,
      pipelineRunId: row.pipeline_run_id,
      lineId: row.line_id,
      name: row.name,
      kind: row.kind,
      needs: row.needs,
      with: row.spec as Record<string, unknown>,
      state: row.state as StepState,
      runId: row.run_id,
      outputs: row.outputs as Outputs,
    }
  )
}

/** Outputs of all finished steps of a pipeline run, by step name. */
export async function outputsOf(db: Db, pipelineRunId: string): Promise<Map<string, Outputs>> {
  const rows = await db
    .selectFrom('pipeline_steps')
    .select(['name', 'outputs'])
    .where('pipeline_run_id', '=', pipelineRunId)
    .where('state', 'in', ['succeeded', 'cached'])
    .execute()
  return new Map(rows.map((row) => [row.name, row.outputs as Outputs]))
}

export async function latestJob(db: Db, stepId: string): Promise<StoredJob | undefined> {
  const row = await db
    .selectFrom('jobs')
    .selectAll()
    .where('step_id', '=', stepId)
    .orderBy('attempt', 'desc')
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      stepId: row.step_id,
      attempt: row.attempt,
      handle: row.handle as JobHandle | null,
      state: row.state as StoredJob['state'],
    }
  )
}

export async function job(db: Db, projectId: string, id: string) {
  return db
    .selectFrom('jobs')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Of these jobs, those that are of no more use: they have ended, or nothing is known of them. */
export async function overJobs(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('jobs')
    .select('id')
    .where('id', 'in', [...ids])
    .where('state', '<>', 'ended')
    .execute()
  const open = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !open.has(id))
}

/** The newest success with this key. */
export async function cached(db: Db, projectId: string, key: string) {
  return db
    .selectFrom('pipeline_steps')
    .select(['id', 'outputs', 'run_id'])
    .where('project_id', '=', projectId)
    .where('cache_key', '=', key)
    .where('state', '=', 'succeeded')
    .orderBy('ended_at', 'desc')
    .executeTakeFirst()
}

export async function runningJobs(db: Db, pipelineRunId: string): Promise<JobHandle[]> {
  const rows = await jobsOf(db, pipelineRunId)
  return rows.flatMap((row) =>
    row.state !== 'ended' && row.handle !== null ? [row.handle as unknown as JobHandle] : [],
  )
}
