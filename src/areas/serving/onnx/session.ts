import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { SlipwayError } from '../../../base/error.ts'
import { datatypeOf, datatypes, type NumericData, type TensorData, viewOf } from './datatype.ts'
import type { ModelSpec, Tensor, TensorSpec } from './tensor.ts'

/**
 * An ONNX model that is loaded. Loading and running take the calling thread until they are done (onnxruntime#19611), so this
 * is only for worker threads and programs of their own.
 */
export interface Session {
  readonly spec: ModelSpec
  /** Outputs in the order of the model. */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>
  release(): Promise<void>
}

export async function openSession(path: string, options: { threads: number }): Promise<Session> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  })
  const spec = {
    inputs: session.inputMetadata.map(inputSpec),
    outputs: session.outputMetadata.flatMap((value) => tensorSpec(value) ?? []),
  }
  if (spec.outputs.length === 0) {
    throw new SlipwayError('invalid_model', 'The model has no tensor among its outputs.')
  }
  const fetches = spec.outputs.map((output) => output.name)
  return {
    spec,
    async run(inputs) {
      const feeds = Object.fromEntries(inputs.map((tensor) => [tensor.name, toOrt(tensor)]))
      const results = await session.run(feeds, fetches)
      return spec.outputs.map((output) => fromOrt(output, results[output.name]))
    },
    release: () => session.release(),
  }
}

function inputSpec(value: InferenceSession.ValueMetadata): TensorSpec {
  const spec = tensorSpec(value)
  if (!spec) {
    throw new SlipwayError('invalid_model', `The input "${value.name}" is of a type that cannot be served.`)
  }
  return spec
}

/** Undefined for maps and sequences, such as the probabilities of scikit-learn models that were exported with zipmap. */
function tensorSpec(value: InferenceSession.ValueMetadata): TensorSpec | undefined {
  const datatype = value.isTensor ? datatypeOf(value.type) : undefined
  if (!value.isTensor || !datatype) return undefined
  const shape = value.shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1))
  return { name: value.name, datatype, shape }
}

function toOrt({ datatype, data, shape }: Tensor): OrtTensor {
  const { ort } = datatypes[datatype]
  const tensor = new OrtTensor(ort as 'float32', data as Float32Array, [...shape])
  // Node has Float16Array, and so onnxruntime-common insists on it, but the binding takes the bits only.
  if (datatype === 'FP16') Object.assign(tensor, { cpuData: data })
  return tensor
}

function fromOrt(spec: TensorSpec, value: InferenceSession.OnnxValueMapType[string] | undefined): Tensor {
  if (!value) throw new Error(`The model gave no output "${spec.name}".`)
  return { name: spec.name, datatype: spec.datatype, shape: value.dims, data: dataOf(spec, value.data) }
}

function dataOf({ datatype }: TensorSpec, data: OrtTensor['data']): TensorData {
  if (datatype === 'BYTES') return data as string[]
  const { buffer, byteOffset, byteLength } = data as NumericData
  const whole =
    byteOffset === 0 && byteLength === buffer.byteLength
      ? buffer
      : buffer.slice(byteOffset, byteOffset + byteLength)
  return viewOf(datatype, whole)
}
