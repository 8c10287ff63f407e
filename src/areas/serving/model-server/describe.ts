import type { TensorSpec } from '../onnx/tensor.ts'
import type { Deployment } from './deployment.ts'
import { Problem, unavailable } from './protocol/problem.ts'
import type { Revision } from './revision.ts'

export function serverMetadata(version: string) {
  return { name: 'slipway', version, extensions: ['binary_tensor_data'] }
}

/** The revision that a path names by version, or the one whose turn it is. Throws a Problem. */
export function revisionFor(deployment: Deployment, version: string | undefined): Revision {
  const { name } = deployment.facts
  if (version === undefined) {
    const revision = deployment.pick()
    if (!revision) throw unavailable(`Request for model '${name}': no revision is ready`, 2)
    return revision
  }
  const revision = /^[1-9][0-9]{0,8}$/.test(version) ? deployment.revisions.get(Number(version)) : undefined
  if (!revision || revision.isDraining) {
    throw new Problem(
      404,
      `Request for unknown model: '${name}' version ${version.slice(0, 20)} is not found`,
    )
  }
  return revision
}

export function modelMetadata(deployment: Deployment, revision: Revision) {
  const { spec } = revision
  if (!spec) throw unavailable(`Request for model '${deployment.facts.name}': the revision is not ready`, 2)
  return {
    name: deployment.facts.name,
    versions: [...deployment.revisions.values()]
      .filter((one) => !one.isDraining)
      .map((one) => String(one.number)),
    platform: 'onnxruntime_onnx',
    inputs: spec.inputs.map(tensorMetadata),
    outputs: spec.outputs.map(tensorMetadata),
  }
}

function tensorMetadata({ name, datatype, shape }: TensorSpec) {
  return { name, datatype, shape }
}
