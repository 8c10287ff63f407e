import { SlipwayError } from '../../base/error.ts'
import type { JobFile, JobLimits } from '../../engine/engine.ts'
import type { StepContext, StepKind } from './step.ts'

/** What a command step is declared with. */
export interface CommandStep {
  readonly command: string | readonly string[]
  readonly code?: string
  readonly requirements?: string
  readonly inputs: Readonly<Record<string, readonly JobFile[]>>
  readonly outputs: readonly string[]
  readonly params?: Readonly<Record<string, unknown>>
  readonly limits: JobLimits
  /** The experiment that its run is tracked in; absent: not tracked. */
  readonly experiment?: string
}

/** Any command in any language, by the job contract. Its outputs are the files of each output directory, and `run_id`. */
export const commandKind: StepKind = {
  kind: 'command',
  cacheable: true,
  version: '1',
  async begin(step: StepContext) {
    const command = step.with as unknown as CommandStep
    const { experiment, ...rest } = command
    return {
      job: {
        ...rest,
        params: command.params ?? {},
        ...(experiment === undefined
          ? {}
          : {
              tracked: {
                experiment,
                name: step.name,
                tags: [{ key: 'slipway.pipeline_run', value: step.pipelineRunId }],
              },
            }),
      },
    }
  },
  async finish(_tx, step, result, runId) {
    const { outputs } = step.with as unknown as CommandStep
    const empty = outputs.find((output) => (result.outputs[output] ?? []).length === 0)
    if (empty !== undefined) {
      throw new SlipwayError(
        'output_missing',
        `The command succeeded, but wrote nothing to $SLIPWAY_OUTPUTS/${empty}.`,
      )
    }
    return { ...result.outputs, run_id: runId }
  },
}
