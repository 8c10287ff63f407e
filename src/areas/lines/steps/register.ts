import { SlipwayError } from '../../../base/error.ts'
import type { Signature } from '../../../contract/models.ts'
import type { StepKind } from '../../pipelines/index.ts'
import type { StepDeps } from '../deps.ts'

interface Register {
  readonly model: string
  readonly files: readonly { path: string; digest: string; size: number }[]
  readonly run_id: string | null
  readonly features: readonly string[]
  readonly dataset_version_id: string
}

/** `registry.register`: the trained files become a version, whose signature names the features. */
export function registerKind(deps: StepDeps): StepKind {
  return {
    kind: 'registry.register',
    cacheable: false,
    version: '1',
    async begin(step) {
      const register = step.with as unknown as Register
      const model = register.files.find((file) => file.path === 'model.onnx')
      if (!model) {
        const found = register.files.map((file) => file.path).join(', ') || 'nothing'
        throw new SlipwayError(
          'output_missing',
          `The training command wrote no $SLIPWAY_OUTPUTS/model/model.onnx; it wrote ${found}.`,
        )
      }
      const inspected = await deps.inspectModel(await deps.blobs.localPath(model.digest))
      const signature = withFeatures(inspected, register.features)
      return {
        async commit(tx) {
          const version = await deps.registry.registerVersion(tx, {
            projectId: step.projectId,
            model: register.model,
            files: register.files,
            signature,
            datasetVersionId: register.dataset_version_id,
            ...(register.run_id === null ? {} : { runId: register.run_id }),
          })
          return {
            model_version_id: version.id,
            version: version.version,
            signature,
            file: { path: 'model.onnx', digest: model.digest },
          }
        },
      }
    },
  }
}

/** Fails with `invalid_model` unless the model takes one tensor of as many columns as there are features. */
function withFeatures(signature: Signature, features: readonly string[]): Signature {
  const [input, ...others] = signature.inputs
  const width = input?.shape.at(-1)
  if (
    input === undefined ||
    others.length > 0 ||
    input.shape.length !== 2 ||
    (width !== -1 && width !== features.length)
  ) {
    const got = signature.inputs.map((tensor) => `${tensor.name} [${tensor.shape.join(', ')}]`).join(', ')
    throw new SlipwayError(
      'invalid_model',
      `The model must take one tensor [-1, ${features.length}], a column for each feature; it takes ${got}.`,
    )
  }
  return { ...signature, inputs: [{ ...input, shape: [-1, features.length], columns: [...features] }] }
}
