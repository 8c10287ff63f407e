import { json } from 'node:stream/consumers'
import { SlipwayError } from '../../../base/error.ts'
import type { JobFile } from '../../../engine/engine.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'

interface Evaluate {
  readonly model_version_id: string
  readonly file: JobFile
  readonly data: readonly JobFile[]
  readonly dataset_version_id: string
  readonly features: readonly string[]
  readonly label: string
  readonly slices: readonly string[]
}

interface Scores {
  readonly rows: number
  readonly metrics: Record<string, number>
  readonly slices: { by: string; value: string; rows: number; metrics: Record<string, number> }[]
}

const limits = { timeoutMs: 1_800_000, memoryBytes: 2 * 1024 ** 3, cpu: 1, graceMs: 5_000 }

/** `registry.evaluate`: the platform runs the registered bytes on rows that the training never saw. */
export function evaluateKind(deps: StepDeps): StepKind {
  return {
    kind: 'registry.evaluate',
    cacheable: false,
    version: '1',
    async begin(step) {
      const evaluate = step.with as unknown as Evaluate
      return {
        job: {
          command: deps.evaluationCommand,
          inputs: { model: [{ ...evaluate.file, path: 'model.onnx' }], data: evaluate.data },
          outputs: ['evaluation'],
          params: { label: evaluate.label, features: evaluate.features, slices: evaluate.slices },
          limits,
        },
      }
    },
    async finish(tx, step, result) {
      const evaluate = step.with as unknown as Evaluate
      const file = result.outputs.evaluation?.find((output) => output.path === 'metrics.json')
      if (!file) throw new SlipwayError('job_failed', 'The evaluation wrote no metrics.json.')
      const scores = (await json(await deps.blobs.get(file.digest))) as Scores
      await deps.registry.recordEvaluation(tx, {
        modelVersionId: evaluate.model_version_id,
        datasetVersionId: evaluate.dataset_version_id,
        metrics: scores.metrics,
        slices: scores.slices,
        source: 'platform',
      })
      return { metrics: scores.metrics, slices: scores.slices, rows: scores.rows }
    },
  }
}
