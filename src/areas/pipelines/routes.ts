import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type Route, route } from '../../base/area.ts'
import { SlipwayError } from '../../base/error.ts'
import { pipelines as contract, type PipelineRun } from '../../contract/pipelines.ts'
import type { JobHandle } from '../../engine/engine.ts'
import type { PipelineDeps } from './deps.ts'
import * as reader from './reader.ts'
import { requestCancel } from './writer.ts'

export function pipelineRoutes(deps: PipelineDeps): Route[] {
  const read = { action: 'pipelines:read', on: 'project' } as const
  return [
    route(contract.list, read, async ({ project, query }) => {
      const limit = query.limit ?? 100
      const rows = await reader.pipelineRuns(deps.store.read, {
        projectId: project.id,
        lineId: query.line_id,
        before: query.cursor,
        limit,
      })
      const last = rows.at(-1)
      return {
        pipeline_runs: rows.map(summaryOf),
        ...(rows.length === limit && last ? { next: last.id } : {}),
      }
    }),
    route(contract.get, read, ({ project, params }) => view(deps, project.id, params.pipeline_run)),
    route(
      contract.cancel,
      { action: 'pipelines:run', on: 'project' },
      async ({ project, params, principal }) => {
        await view(deps, project.id, params.pipeline_run)
        await deps.store.transact(principal, (tx) => requestCancel(tx, project.id, params.pipeline_run))
        return await view(deps, project.id, params.pipeline_run)
      },
    ),
    route(contract.log, read, async ({ project, params, query, signal }) => {
      const job = await reader.job(deps.store.read, project.id, params.job)
      if (!job)
        throw new SlipwayError('not_found', `There is no job ${params.job} in project ${project.name}.`)
      const offset = query.offset ?? 0
      const follow = query.follow === true
      const started = follow ? await whenStarted(deps, project.id, params.job, signal) : job
      const handle = (started?.handle ?? null) as unknown as JobHandle | null
      return {
        type: 'text/plain; charset=utf-8',
        stream: started?.log_digest
          ? await stored(deps, started.log_digest, offset, signal)
          : handle
            ? live(deps, handle, offset, follow, signal)
            : Readable.from([]),
      }
    }),
  ]
}

/** The job once the engine has it (or once it has ended without). */
async function whenStarted(deps: PipelineDeps, projectId: string, id: string, signal: AbortSignal) {
  for (;;) {
    const job = await reader.job(deps.store.read, projectId, id)
    if (job?.state !== 'starting') return job
    await delay(200, undefined, { signal })
  }
}

async function stored(deps: PipelineDeps, digest: string, offset: number, signal: AbortSignal) {
  return await deps.blobs.get(digest, { range: { start: offset }, signal })
}

/** The log of a running job: all there is, and with `follow` what is still to come. */
async function* live(
  deps: PipelineDeps,
  handle: JobHandle,
  offset: number,
  follow: boolean,
  signal: AbortSignal,
) {
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  let idle: NodeJS.Timeout | undefined
  const rearm = () => {
    clearTimeout(idle)
    // the engine's log ends only with the job: a reader that does not follow leaves when nothing comes any more
    if (!follow) idle = setTimeout(() => enough.abort(), 250)
  }
  try {
    rearm()
    for await (const chunk of deps.engine.log(handle, { offset, signal: stop })) {
      yield chunk
      rearm()
    }
  } catch (thrown) {
    if (!stop.aborted) throw thrown
  } finally {
    clearTimeout(idle)
  }
}

async function view(deps: PipelineDeps, projectId: string, id: string): Promise<PipelineRun> {
  const run = await reader.pipelineRun(deps.store.read, projectId, id)
  if (!run) throw new SlipwayError('not_found', `There is no pipeline run ${id} in this project.`)
  const [steps, jobs] = await Promise.all([
    reader.stepsOf(deps.store.read, id),
    reader.jobsOf(deps.store.read, id),
  ])
  return {
    ...summaryOf(run),
    steps: steps.map((step) => ({
      id: step.id,
      name: step.name,
      kind: step.kind,
      needs: step.needs,
      state: step.state as PipelineRun['steps'][number]['state'],
      run_id: step.run_id,
      outputs: step.outputs as Record<string, unknown>,
      failure: step.failure as PipelineRun['failure'],
      started_at: iso(step.started_at),
      ended_at: iso(step.ended_at),
      jobs: jobs.filter((job) => job.step_id === step.id).map(jobView),
    })),
  }
}

function jobView(
  job: Awaited<ReturnType<typeof reader.jobsOf>>[number],
): PipelineRun['steps'][number]['jobs'][number] {
  return {
    id: job.id,
    attempt: job.attempt,
    state: job.state as 'starting' | 'running' | 'ended',
    outcome: job.outcome,
    message: job.message,
    exit_code: job.exit_code,
    log_size: job.log_size,
    peak_bytes: job.peak_bytes,
    cpu_seconds: job.cpu_seconds,
    started_at: iso(job.started_at),
    ended_at: iso(job.ended_at),
  }
}

function summaryOf(run: Awaited<ReturnType<typeof reader.pipelineRuns>>[number]) {
  return {
    id: run.id,
    name: run.name,
    line_id: run.line_id,
    state: run.state as PipelineRun['state'],
    failure: run.failure as PipelineRun['failure'],
    created_at: run.created_at.toISOString(),
    ended_at: iso(run.ended_at),
  }
}

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
