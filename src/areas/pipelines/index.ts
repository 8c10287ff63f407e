import { createHash } from 'node:crypto'
import type { Area } from '../../base/area.ts'
import type { Tx } from '../../store/store.ts'
import { commandKind } from './command.ts'
import type { PipelineDeps } from './deps.ts'
import { orderSteps } from './graph.ts'
import * as reader from './reader.ts'
import { pipelineRoutes } from './routes.ts'
import { createStepRunner } from './runner.ts'
import type { Outputs, StepKind, StepSpec } from './step.ts'
import { sweepJobs } from './sweep.ts'
import * as writer from './writer.ts'

export type { CommandStep } from './command.ts'
export type { PipelineDeps } from './deps.ts'
export type { Beginning, JobRequest, Outputs, StepContext, StepKind, StepSpec } from './step.ts'

export interface Pipelines {
  readonly area: Area
  /** Checks the steps and starts the run. Fails with `invalid_argument` on an unknown kind, a doubled name or a cycle. */
  start(
    tx: Tx,
    pipeline: { projectId: string; name: string; lineId?: string; steps: readonly StepSpec[] },
  ): Promise<string>
  /** Has the environment of later jobs built ahead of them. What is wrong with it is told by the job that needs it. */
  prepare(tx: Tx, projectId: string, requirements: string): Promise<void>
  cancel(tx: Tx, projectId: string, pipelineRunId: string): Promise<void>
  /** Frees what a killed platform left of jobs that are over. */
  sweep(): Promise<void>
  /** The name of the first step that runs now. */
  runningStep(pipelineRunId: string): Promise<string | undefined>
  /** State, failure and outputs by step name; undefined when there is no such run. */
  result(
    projectId: string,
    pipelineRunId: string,
  ): Promise<
    { state: string; failure: PipelineFailure | null; outputs: ReadonlyMap<string, Outputs> } | undefined
  >
}

export interface PipelineFailure {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

const prepareWork = 'pipelines.prepare'

/** Pipelines of steps: commands on the engine and what other areas offer as step kinds. */
export function createPipelines(deps: PipelineDeps, offered: readonly StepKind[]): Pipelines {
  const kinds = new Map([commandKind, ...offered].map((kind) => [kind.kind, kind]))
  const runStep = createStepRunner(deps, kinds)
  return {
    area: {
      name: 'pipelines',
      // Inputs and outputs of steps are small JSON values that name blobs anywhere.
      references: [
        "select (regexp_matches(spec::text || outputs::text, '[0-9a-f]{64}', 'g'))[1] as digest from pipeline_steps",
        "select (regexp_matches(concat(handle::text, ' ', log_digest), '[0-9a-f]{64}', 'g'))[1] as digest from jobs",
      ],
      routes: pipelineRoutes(deps),
      work: [
        { kind: 'pipelines.step', concurrency: 8, maxAttempts: 1000, handle: runStep },
        {
          kind: prepareWork,
          async handle(item, { signal }) {
            await deps.engine
              .prepareEnvironment(String(item.payload.requirements), { signal })
              .catch((error) => {
                signal.throwIfAborted()
                deps.log.info('pipelines.prepare_failed', { error })
              })
            return undefined
          },
        },
        {
          kind: 'pipelines.cancel',
          async handle(item) {
            for (const handle of await reader.runningJobs(deps.store.read, item.key))
              await deps.engine.cancel(handle)
            return undefined
          },
        },
      ],
    },
    async start(tx, pipeline) {
      const steps = orderSteps(pipeline.steps, new Set(kinds.keys()))
      return await writer.insertPipeline(tx, { ...pipeline, steps })
    },
    cancel: writer.requestCancel,
    sweep: () => sweepJobs(deps),
    async prepare(tx, projectId, requirements) {
      const key = createHash('sha256').update(requirements).digest('hex')
      await tx.enqueue({ kind: prepareWork, key, projectId, payload: { requirements } })
    },
    async runningStep(id) {
      const steps = await reader.stepsOf(deps.store.read, id)
      return steps.find((step) => step.state === 'running')?.name
    },
    async result(projectId, id) {
      const run = await reader.pipelineRun(deps.store.read, projectId, id)
      if (!run) return undefined
      const outputs = await reader.outputsOf(deps.store.read, id)
      return { state: run.state, failure: run.failure as PipelineFailure | null, outputs }
    },
  }
}
