import type { SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import type { JobHandle, JobResult } from '../../engine/engine.ts'
import type { Tx } from '../../store/store.ts'
import { advance, type StepState } from './graph.ts'
import type { StoredStep } from './reader.ts'
import type { Outputs, StepSpec } from './step.ts'

export interface NewPipeline {
  readonly projectId: string
  readonly name: string
  readonly lineId?: string
  readonly steps: readonly Required<StepSpec>[]
}

export async function insertPipeline(tx: Tx, pipeline: NewPipeline): Promise<string> {
  const id = uuidv7()
  await tx.db
    .insertInto('pipeline_runs')
    .values({
      id,
      project_id: pipeline.projectId,
      name: pipeline.name,
      line_id: pipeline.lineId ?? null,
      state: 'running',
    })
    .execute()
  await tx.db
    .insertInto('pipeline_steps')
    .values(
      pipeline.steps.map((step, position) => ({
        id: uuidv7(),
        project_id: pipeline.projectId,
        pipeline_run_id: id,
        position,
        name: step.name,
        kind: step.kind,
        needs: [...step.needs],
        spec: JSON.stringify(step.with),
        state: 'pending',
      })),
    )
    .execute()
  await tx.audit({
    action: 'pipeline.start',
    projectId: pipeline.projectId,
    subjectType: 'pipeline_run',
    subjectId: id,
    details: { name: pipeline.name, steps: pipeline.steps.map((step) => step.name) },
  })
  await move(tx, pipeline.projectId, id)
  return id
}

/** Starts what can start, skips what cannot, and ends the run when nothing is left. Part of every step's end. */
export async function move(tx: Tx, projectId: string, pipelineRunId: string): Promise<void> {
  const run = await tx.db
    .selectFrom('pipeline_runs')
    .selectAll()
    .where('id', '=', pipelineRunId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (run.state !== 'running') return
  const rows = await tx.db
    .selectFrom('pipeline_steps')
    .select(['id', 'name', 'needs', 'state', 'failure', 'outputs'])
    .where('pipeline_run_id', '=', pipelineRunId)
    .orderBy('position')
    .execute()
  if (run.cancel_requested) await setStates(tx, pipelineRunId, pendingOf(rows), 'cancelled')
  const steps = rows.map((row) => ({
    name: row.name,
    needs: row.needs,
    state: (run.cancel_requested && row.state === 'pending' ? 'cancelled' : row.state) as StepState,
  }))
  const next = advance(steps)
  await setStates(tx, pipelineRunId, next.skip, 'skipped')
  await setStates(tx, pipelineRunId, next.start, 'running')
  for (const row of rows.filter((row) => next.start.includes(row.name))) {
    await tx.enqueue({ kind: 'pipelines.step', key: row.id, projectId })
  }
  if (next.over !== undefined) {
    const failure = rows.find((row) => row.failure !== null)?.failure ?? null
    await endPipeline(tx, projectId, pipelineRunId, {
      state: run.cancel_requested ? 'cancelled' : next.over,
      failure,
      lineId: run.line_id,
    })
  }
  tx.hint(projectId, `pipelines:${pipelineRunId}`)
}

function pendingOf(rows: readonly { name: string; state: string }[]): string[] {
  return rows.filter((row) => row.state === 'pending').map((row) => row.name)
}

async function setStates(
  tx: Tx,
  pipelineRunId: string,
  names: readonly string[],
  state: StepState,
): Promise<void> {
  if (names.length === 0) return
  await tx.db
    .updateTable('pipeline_steps')
    .set({ state, ...(state === 'running' ? { started_at: tx.now } : { ended_at: tx.now }) })
    .where('pipeline_run_id', '=', pipelineRunId)
    .where('name', 'in', [...names])
    .execute()
}

async function endPipeline(
  tx: Tx,
  projectId: string,
  id: string,
  end: { state: string; failure: unknown; lineId: string | null },
): Promise<void> {
  await tx.db
    .updateTable('pipeline_runs')
    .set({
      state: end.state,
      failure: end.failure === null ? null : JSON.stringify(end.failure),
      ended_at: tx.now,
    })
    .where('id', '=', id)
    .execute()
  await tx.audit({
    action: 'pipeline.end',
    projectId,
    subjectType: 'pipeline_run',
    subjectId: id,
    details: { state: end.state },
  })
  await tx.emit({
    type: 'pipeline_run.finished',
    projectId,
    subject: id,
    data: { outcome: end.state, line_id: end.lineId },
  })
}

/** Asks for the end of a run: pending steps end now, running ones when their jobs have stopped. */
export async function requestCancel(tx: Tx, projectId: string, id: string): Promise<void> {
  await tx.db.updateTable('pipeline_runs').set({ cancel_requested: true }).where('id', '=', id).execute()
  await tx.audit({ action: 'pipeline.cancel', projectId, subjectType: 'pipeline_run', subjectId: id })
  await tx.enqueue({ kind: 'pipelines.cancel', key: id, projectId })
  await move(tx, projectId, id)
}

export async function insertJob(
  tx: Tx,
  step: StoredStep,
  job: { id: string; attempt: number; engine: string; runId: string | null },
): Promise<void> {
  await tx.db
    .insertInto('jobs')
    .values({
      id: job.id,
      project_id: step.projectId,
      step_id: step.id,
      attempt: job.attempt,
      engine: job.engine,
      state: 'starting',
    })
    .execute()
  if (job.runId !== null) {
    await tx.db.updateTable('pipeline_steps').set({ run_id: job.runId }).where('id', '=', step.id).execute()
  }
  await tx.audit({
    action: 'job.start',
    projectId: step.projectId,
    subjectType: 'job',
    subjectId: job.id,
    details: { step: step.name, pipeline_run: step.pipelineRunId, attempt: job.attempt },
  })
}

/** Observed: the engine has it. */
export async function jobRunning(tx: Tx, step: StoredStep, jobId: string, handle: JobHandle): Promise<void> {
  await tx.db
    .updateTable('jobs')
    .set({ state: 'running', handle: JSON.stringify(handle), started_at: tx.now })
    .where('id', '=', jobId)
    .execute()
  tx.hint(step.projectId, `pipelines:${step.pipelineRunId}`)
}

export async function endJob(tx: Tx, jobId: string, result: JobResult): Promise<void> {
  await tx.db
    .updateTable('jobs')
    .set({
      state: 'ended',
      outcome: result.outcome,
      message: result.message,
      exit_code: result.exitCode,
      log_digest: result.log?.digest ?? null,
      log_size: result.log?.size ?? null,
      peak_bytes: result.usage.peakBytes === null ? null : Math.round(result.usage.peakBytes),
      cpu_seconds: result.usage.cpuSeconds,
      started_at: result.startedAt,
      ended_at: result.endedAt,
    })
    .where('id', '=', jobId)
    .execute()
}

export async function completeStep(
  tx: Tx,
  step: StoredStep,
  done: { state: 'succeeded' | 'cached'; outputs: Outputs; cacheKey: string | null; runId?: string | null },
): Promise<void> {
  await tx.db
    .updateTable('pipeline_steps')
    .set({
      state: done.state,
      outputs: JSON.stringify(done.outputs),
      cache_key: done.cacheKey,
      ended_at: tx.now,
      ...(done.runId === undefined ? {} : { run_id: done.runId }),
    })
    .where('id', '=', step.id)
    .execute()
  await auditStep(tx, step, done.state)
  await move(tx, step.projectId, step.pipelineRunId)
}

export async function failStep(
  tx: Tx,
  step: StoredStep,
  state: 'failed' | 'cancelled',
  error: Pick<SlipwayError, 'code' | 'message' | 'remedy'>,
): Promise<void> {
  await tx.db
    .updateTable('pipeline_steps')
    .set({
      state,
      failure: JSON.stringify({ code: error.code, message: error.message, remedy: error.remedy }),
      ended_at: tx.now,
    })
    .where('id', '=', step.id)
    .execute()
  await auditStep(tx, step, state)
  await move(tx, step.projectId, step.pipelineRunId)
}

async function auditStep(tx: Tx, step: StoredStep, state: StepState): Promise<void> {
  await tx.audit({
    action: `step.${state}`,
    projectId: step.projectId,
    subjectType: 'pipeline_step',
    subjectId: step.id,
    details: { name: step.name, pipeline_run: step.pipelineRunId },
  })
}
