import type { Tensor } from '../../onnx/tensor.ts'
import { elementsToBinary } from './binary.ts'
import { elementsToJson } from './elements.ts'
import type { InferRequest } from './request.ts'

export interface Answer {
  readonly body: Buffer
  readonly type: string
  /** Of the JSON part, when binary outputs follow it. */
  readonly jsonLength: number | undefined
}

/** The answer of a model: JSON, then the outputs that are wanted as binary, all in the model's order. */
export function inferAnswer(
  model: { readonly name: string; readonly version: string },
  request: InferRequest,
  outputs: readonly Tensor[],
): Answer {
  const binary: Uint8Array[] = []
  const parts: string[] = []
  for (const output of outputs) {
    const asBinary = request.outputs ? request.outputs.get(output.name) : request.binaryOutput
    if (asBinary === undefined) continue
    // JSON has no form for 16-bit floats in this protocol.
    if (!asBinary && output.datatype !== 'FP16') {
      parts.push(`${head(output)},"data":${elementsToJson(output.datatype, output.data)}}`)
      continue
    }
    const bytes = elementsToBinary(output.data)
    binary.push(bytes)
    parts.push(`${head(output)},"parameters":{"binary_data_size":${bytes.length}}}`)
  }
  const id = request.id === undefined ? '' : `"id":${JSON.stringify(request.id)},`
  const text = `{"model_name":${JSON.stringify(model.name)},"model_version":"${model.version}",${id}"outputs":[${parts.join(',')}]}`
  const json = Buffer.from(text)
  if (binary.length === 0) return { body: json, type: 'application/json', jsonLength: undefined }
  return {
    body: Buffer.concat([json, ...binary]),
    type: 'application/octet-stream',
    jsonLength: json.length,
  }
}

function head({ name, datatype, shape }: Tensor): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(',')}]`
}
