import type { Attempt, WorkItem } from '../../base/area.ts'
import { catalogue, type ErrorCode } from '../../base/catalogue.ts'
import { messageOf, SlipwayError } from '../../base/error.ts'
import { uuidv7 } from '../../base/id.ts'
import { system } from '../../base/principal.ts'
import type { JobHandle, JobResult, JobSpec } from '../../engine/engine.ts'
import { issueJobToken, revokeJobTokens } from '../access/index.ts'
import type { PipelineDeps } from './deps.ts'
import { cacheKey, resolve } from './graph.ts'
import * as reader from './reader.ts'
import type { JobRequest, Outputs, StepContext, StepKind } from './step.ts'
import * as writer from './writer.ts'

const principal = system('pipelines')
/** A lost job is nobody's fault: it is tried this often. */
const maxJobs = 3
/** An error that we did not expect is tried this often before it fails the step. */
const maxSurprises = 5

/** Moves one step from running to its end. Safe to kill at any instruction: all it knows is in rows. */
export function createStepRunner(deps: PipelineDeps, kinds: ReadonlyMap<string, StepKind>) {
  // Counted here and not by attempts, which end also when the platform is killed: that is nobody's failure.
  const surprises = new Map<string, number>()
  return async (item: WorkItem, attempt: Attempt): Promise<undefined> => {
    const step = await reader.storedStep(deps.store.read, item.key)
    if (step?.state !== 'running') return
    try {
      await run(step, attempt)
      surprises.delete(step.id)
    } catch (thrown) {
      if (attempt.signal.aborted) throw thrown
      if (thrown instanceof SlipwayError && thrown.code !== 'conflict')
        return await fail(step, attempt, thrown)
      const count = (surprises.get(step.id) ?? 0) + 1
      surprises.set(step.id, count)
      if (count < maxSurprises) throw thrown
      surprises.delete(step.id)
      deps.log.error('pipelines.step_failed_unexpectedly', { step: step.id, error: thrown })
      await fail(step, attempt, {
        code: 'job_failed',
        message: messageOf(thrown),
        remedy: catalogue.job_failed.remedy,
      })
    }
  }

  async function run(step: reader.StoredStep, attempt: Attempt): Promise<void> {
    const kind = kinds.get(step.kind)
    if (!kind)
      throw new SlipwayError('invalid_argument', `No step kind '${step.kind}' is known to this program.`)
    const resolved = resolve(
      step.with,
      await reader.outputsOf(deps.store.read, step.pipelineRunId),
    ) as StepContext['with']
    const key = kind.cacheable ? cacheKey(kind.kind, kind.version, resolved) : null
    const context = contextOf(step, resolved, attempt)
    const job = await reader.latestJob(deps.store.read, step.id)
    if (job?.state === 'running' && job.handle !== null)
      return await follow(step, kind, context, key, job.id, job.handle, attempt)
    if (job === undefined && key !== null && (await reuse(step, key, attempt))) return
    const beginning = await kind.begin(context)
    if ('job' in beginning) return await launch(step, kind, context, key, beginning.job, attempt)
    await deps.store.transact(principal, async (tx) => {
      await tx.fence(attempt)
      if ('failure' in beginning) {
        await beginning.record(tx)
        return await writer.failStep(tx, step, 'failed', beginning.failure)
      }
      const outputs = 'outputs' in beginning ? beginning.outputs : await beginning.commit(tx)
      await writer.completeStep(tx, step, { state: 'succeeded', outputs, cacheKey: key })
    })
  }

  function contextOf(step: reader.StoredStep, resolved: StepContext['with'], attempt: Attempt): StepContext {
    return {
      stepId: step.id,
      pipelineRunId: step.pipelineRunId,
      projectId: step.projectId,
      lineId: step.lineId,
      name: step.name,
      with: resolved,
      principal,
      signal: attempt.signal,
    }
  }

  /** Takes over the outputs of an equal step, if all their files still exist. */
  async function reuse(step: reader.StoredStep, key: string, attempt: Attempt): Promise<boolean> {
    const hit = await reader.cached(deps.store.read, step.projectId, key)
    if (hit === undefined) return false
    for (const digest of digestsIn(hit.outputs))
      if ((await deps.blobs.stat(digest)) === undefined) return false
    await deps.store.transact(principal, async (tx) => {
      await tx.fence(attempt)
      const outputs = hit.outputs as Outputs
      await writer.completeStep(tx, step, { state: 'cached', outputs, cacheKey: key, runId: hit.run_id })
    })
    return true
  }

  async function launch(
    step: reader.StoredStep,
    kind: StepKind,
    context: StepContext,
    key: string | null,
    request: JobRequest,
    attempt: Attempt,
  ): Promise<void> {
    const { jobId, runId, token } = await deps.store.transact(principal, (tx) =>
      prepare(tx, step, request, attempt),
    )
    const handle = await deps.engine.start(specOf(step, request, jobId, runId, token))
    await deps.store.housekeep(async (tx) => {
      await tx.fence(attempt)
      await writer.jobRunning(tx, step, jobId, handle)
    })
    await follow({ ...step, runId }, kind, context, key, jobId, handle, attempt)
  }

  /** The rows of a new job, or of the one that was about to start when an earlier attempt died. */
  async function prepare(
    tx: Parameters<typeof writer.move>[0],
    step: reader.StoredStep,
    request: JobRequest,
    attempt: Attempt,
  ) {
    await tx.fence(attempt)
    const last = await reader.latestJob(tx.db, step.id)
    const starting = last?.state === 'starting' ? last : undefined
    const jobId = starting?.id ?? uuidv7()
    let runId = starting ? step.runId : null
    if (request.tracked && runId === null) {
      const experimentId = await deps.tracking.ensureExperiment(
        tx,
        step.projectId,
        request.tracked.experiment,
      )
      const { name, tags } = request.tracked
      runId = await deps.tracking.createRun(tx, {
        projectId: step.projectId,
        experimentId,
        name,
        source: 'pipeline',
        tags,
      })
    }
    if (!starting) {
      await writer.insertJob(tx, step, {
        id: jobId,
        attempt: (last?.attempt ?? 0) + 1,
        engine: deps.engine.name,
        runId,
      })
    }
    const expiresAt = new Date(tx.now.getTime() + request.limits.timeoutMs + 3_600_000)
    const token =
      runId === null ? null : await issueJobToken(tx, { projectId: step.projectId, runId, jobId, expiresAt })
    await tx.audit({
      action: 'job.hand_over',
      projectId: step.projectId,
      subjectType: 'job',
      subjectId: jobId,
    })
    return { jobId, runId, token }
  }

  function specOf(
    step: reader.StoredStep,
    request: JobRequest,
    jobId: string,
    runId: string | null,
    token: string | null,
  ): JobSpec {
    const { tracked: _, ...rest } = request
    const env: Record<string, string> = { SLIPWAY_STEP: step.name, SLIPWAY_PIPELINE_RUN: step.pipelineRunId }
    if (runId !== null && token !== null) {
      env.MLFLOW_TRACKING_URI = deps.trackingUri
      env.MLFLOW_TRACKING_TOKEN = token
      env.MLFLOW_RUN_ID = runId
    }
    return { name: jobId, ...rest, env }
  }

  async function follow(
    step: reader.StoredStep,
    kind: StepKind,
    context: StepContext,
    key: string | null,
    jobId: string,
    handle: JobHandle,
    attempt: Attempt,
  ): Promise<void> {
    const result = await deps.engine.wait(handle, attempt.signal)
    const again = await deps.store.transact(principal, async (tx) => {
      await tx.fence(attempt)
      await writer.endJob(tx, jobId, result)
      await revokeJobTokens(tx, jobId)
      const job = await reader.latestJob(tx.db, step.id)
      if (result.outcome === 'lost' && (job?.attempt ?? maxJobs) < maxJobs) {
        if (step.runId !== null) await deps.tracking.finishRun(tx, step.projectId, step.runId, 'killed')
        await tx.audit({
          action: 'job.lost',
          projectId: step.projectId,
          subjectType: 'job',
          subjectId: jobId,
        })
        return true
      }
      await end(tx, step, kind, context, { key, jobId, result })
      return false
    })
    await deps.engine.remove(handle)
    if (again) await run({ ...step, runId: null }, attempt)
  }

  async function end(
    tx: Parameters<typeof writer.move>[0],
    step: reader.StoredStep,
    kind: StepKind,
    context: StepContext,
    { key, jobId, result }: { key: string | null; jobId: string; result: JobResult },
  ): Promise<void> {
    const made = result.outcome === 'succeeded' ? await finish(tx, step, kind, context, result) : undefined
    if (step.runId !== null) {
      const status = made instanceof SlipwayError ? 'failed' : runStatus(result)
      await deps.tracking.finishRun(tx, step.projectId, step.runId, status)
    }
    if (made === undefined) {
      const state = result.outcome === 'cancelled' ? 'cancelled' : 'failed'
      return await writer.failStep(tx, step, state, failureOf(result, jobId))
    }
    if (made instanceof SlipwayError) return await writer.failStep(tx, step, 'failed', made)
    await writer.completeStep(tx, step, { state: 'succeeded', outputs: made, cacheKey: key })
  }

  /** The outputs; or what is wrong with them, so that the step fails in the transaction that ends its job. */
  async function finish(
    tx: Parameters<typeof writer.move>[0],
    step: reader.StoredStep,
    kind: StepKind,
    context: StepContext,
    result: JobResult,
  ): Promise<Outputs | SlipwayError> {
    if (!kind.finish) return result.outputs
    try {
      return await kind.finish(tx, context, result, step.runId)
    } catch (thrown) {
      if (thrown instanceof SlipwayError && thrown.code !== 'conflict') return thrown
      throw thrown
    }
  }

  async function fail(
    step: reader.StoredStep,
    attempt: Attempt,
    error: Pick<SlipwayError, 'code' | 'message' | 'remedy'>,
  ): Promise<undefined> {
    await deps.store.transact(principal, async (tx) => {
      await tx.fence(attempt)
      await writer.failStep(tx, step, 'failed', error)
    })
  }
}

const codes: Record<JobResult['outcome'], ErrorCode> = {
  succeeded: 'job_failed',
  failed: 'job_failed',
  timeout: 'job_timeout',
  out_of_memory: 'job_out_of_memory',
  cancelled: 'job_cancelled',
  lost: 'job_lost',
  setup_failed: 'job_failed',
}

function failureOf(result: JobResult, jobId: string) {
  const code = result.code ?? codes[result.outcome]
  return { code, message: result.message, remedy: catalogue[code].remedy.replace('<job>', jobId) }
}

function runStatus(result: JobResult): 'finished' | 'failed' | 'killed' {
  if (result.outcome === 'succeeded') return 'finished'
  return result.outcome === 'cancelled' || result.outcome === 'lost' ? 'killed' : 'failed'
}

/** Every `digest` anywhere in a step's outputs. */
function digestsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  if (Array.isArray(value)) return value.flatMap(digestsIn)
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'digest' && typeof item === 'string' ? [item] : digestsIn(item),
  )
}
