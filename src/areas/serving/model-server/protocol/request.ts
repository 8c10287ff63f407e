import { type Datatype, datatypeNames, elementSize, isDatatype } from '../../onnx/datatype.ts'
import type { ModelSpec, Tensor, TensorSpec } from '../../onnx/tensor.ts'
import { elementsFromBinary } from './binary.ts'
import { elementsFromJson } from './elements.ts'
import { parseJson } from './json.ts'
import { Problem } from './problem.ts'

/** What a caller asks of a model, checked in itself and against the model. */
export interface InferRequest {
  /** The caller's own id. */
  readonly id: string | undefined
  /** One for each input of the model, in its order. */
  readonly inputs: readonly Tensor[]
  /** Wanted outputs by name, and whether as binary; undefined: all. */
  readonly outputs: ReadonlyMap<string, boolean> | undefined
  /** Outputs that do not say otherwise come as binary. */
  readonly binaryOutput: boolean
}

const highestRank = 16
const longestId = 256
const mostElements = 2 ** 31

type Fields = Readonly<Record<string, unknown>>

/**
 * Parses the body of an inference request. `jsonLength` is what the header Inference-Header-Content-Length says: how much of
 * the body is JSON, 0 for a body that is nothing but the bytes of the only input.
 */
export function parseInferRequest(
  body: Buffer,
  jsonLength: number | undefined,
  spec: ModelSpec,
): InferRequest {
  if (jsonLength === 0) return rawRequest(body, spec)
  if (jsonLength !== undefined && jsonLength > body.length) {
    throw new Problem(400, 'Inference-Header-Content-Length is greater than the length of the body')
  }
  const fields = parseJson(jsonLength === undefined ? body : body.subarray(0, jsonLength))
  if (!isFields(fields)) throw new Problem(400, 'the request is not a JSON object')
  const parameters = parametersOf(fields)
  return {
    id: idOf(fields),
    inputs: readInputs(fields, jsonLength === undefined ? undefined : body.subarray(jsonLength), spec),
    outputs: readOutputs(fields, spec),
    binaryOutput: parameters.binary_data_output === true,
  }
}

function rawRequest(body: Buffer, spec: ModelSpec): InferRequest {
  const [input, ...others] = spec.inputs
  if (!input || others.length > 0) throw new Problem(400, 'a raw request is for models with one input')
  const size = elementSize(input.datatype)
  const open = input.shape.map((dimension, i) => (dimension === -1 && i === 0 ? 1 : dimension))
  const known = open.reduce((product, dimension) => (dimension === -1 ? product : product * dimension), 1)
  const rest = size === 0 ? 1 : body.length / (size * known)
  if (open.filter((dimension) => dimension === -1).length > 1) {
    throw new Problem(400, `the shape of input '${input.name}' can't be told from a raw request`)
  }
  const shape = open.map((dimension) => (dimension === -1 ? Math.floor(rest) : dimension))
  if (shape.includes(0)) throw new Problem(400, `the request has no data for input '${input.name}'`)
  const data = elementsFromBinary(input.name, input.datatype, shape, body)
  return { id: undefined, inputs: [{ ...input, shape, data }], outputs: undefined, binaryOutput: true }
}

function readInputs(fields: Fields, binary: Buffer | undefined, spec: ModelSpec): Tensor[] {
  const given = fields.inputs
  if (!Array.isArray(given)) throw new Problem(400, "the request has no array 'inputs'")
  if (given.length !== spec.inputs.length) {
    throw new Problem(400, `expected ${spec.inputs.length} inputs but got ${given.length} inputs`)
  }
  const tensors = new Map<string, Tensor>()
  let at = 0
  for (const input of given as unknown[]) {
    if (!isFields(input)) throw new Problem(400, 'each input must be a JSON object')
    const wanted = checkedInput(input, spec)
    if (tensors.has(wanted.name)) throw new Problem(400, `input '${wanted.name}' is given twice`)
    const size = parametersOf(input).binary_data_size
    if (size === undefined) {
      tensors.set(wanted.name, { ...wanted, data: fromJson(wanted, input.data) })
      continue
    }
    const bytes = takeBinary(wanted.name, size, binary, at)
    at += bytes.length
    tensors.set(wanted.name, {
      ...wanted,
      data: elementsFromBinary(wanted.name, wanted.datatype, wanted.shape, bytes),
    })
  }
  if (binary !== undefined && at !== binary.length) {
    throw new Problem(
      400,
      `unexpected additional input data: ${binary.length - at} bytes after the last input`,
    )
  }
  return spec.inputs.flatMap((input) => tensors.get(input.name) ?? [])
}

function fromJson(wanted: TensorSpec, data: unknown) {
  return elementsFromJson(wanted.name, wanted.datatype, wanted.shape, data)
}

function takeBinary(name: string, size: unknown, binary: Buffer | undefined, at: number): Buffer {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new Problem(400, `binary_data_size of input '${name}' must be a size in bytes`)
  }
  if (binary === undefined) {
    throw new Problem(
      400,
      `input '${name}' has binary_data_size, but there is no Inference-Header-Content-Length`,
    )
  }
  if (at + size > binary.length) {
    throw new Problem(
      400,
      `input '${name}' wants ${size} bytes of binary data, ${binary.length - at} are left`,
    )
  }
  return binary.subarray(at, at + size)
}

/** Name, datatype and shape as the model takes them; nothing of that size is allocated before. */
function checkedInput(input: Fields, spec: ModelSpec): TensorSpec {
  const { name, datatype, shape } = input
  if (typeof name !== 'string') throw new Problem(400, "an input has no 'name'")
  const wanted = spec.inputs.find((one) => one.name === name)
  if (!wanted) {
    const known = spec.inputs.map((one) => `'${one.name}'`).join(', ')
    throw new Problem(400, `unexpected inference input '${name.slice(0, 100)}'; the model takes ${known}`)
  }
  if (!isDatatype(datatype)) {
    throw new Problem(400, `the datatype of input '${name}' must be one of ${datatypeNames.join(', ')}`)
  }
  if (datatype !== wanted.datatype) {
    throw new Problem(
      400,
      `inference input '${name}' data-type is '${datatype}', but the model expects '${wanted.datatype}'`,
    )
  }
  return { name, datatype: datatype as Datatype, shape: checkedShape(name, shape, wanted.shape) }
}

function checkedShape(name: string, shape: unknown, wanted: readonly number[]): readonly number[] {
  if (!Array.isArray(shape) || shape.length > highestRank || !shape.every(isDimension)) {
    throw new Problem(
      400,
      `the shape of input '${name}' must be an array of at most ${highestRank} sizes above 0`,
    )
  }
  const sizes = shape as number[]
  const fits = sizes.length === wanted.length && wanted.every((size, i) => size === -1 || size === sizes[i])
  if (!fits) {
    throw new Problem(
      400,
      `unexpected shape for input '${name}': the model expects [${wanted.join(',')}], got [${sizes.join(',')}]`,
    )
  }
  let count = 1
  for (const size of sizes) {
    count *= size
    if (count > mostElements) throw new Problem(400, `input '${name}' has more elements than can be served`)
  }
  return sizes
}

function isDimension(size: unknown): boolean {
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0
}

function readOutputs(fields: Fields, spec: ModelSpec): ReadonlyMap<string, boolean> | undefined {
  const given = fields.outputs
  if (given === undefined || (Array.isArray(given) && given.length === 0)) return undefined
  if (!Array.isArray(given)) throw new Problem(400, "'outputs' must be an array")
  const wanted = new Map<string, boolean>()
  const asBinary = parametersOf(fields).binary_data_output === true
  for (const output of given as unknown[]) {
    if (!isFields(output) || typeof output.name !== 'string') {
      throw new Problem(400, "each of 'outputs' must be an object with a 'name'")
    }
    const { name } = output
    if (!spec.outputs.some((one) => one.name === name)) {
      throw new Problem(400, `unexpected inference output '${name.slice(0, 100)}'`)
    }
    const { binary_data: binary } = parametersOf(output)
    wanted.set(name, typeof binary === 'boolean' ? binary : asBinary)
  }
  return wanted
}

function idOf({ id }: Fields): string | undefined {
  if (id === undefined || id === '') return undefined
  if (typeof id !== 'string' || id.length > longestId) {
    throw new Problem(400, `'id' must be a string of at most ${longestId} characters`)
  }
  return id
}

function parametersOf({ parameters }: Fields): Fields {
  if (parameters === undefined) return {}
  if (!isFields(parameters)) throw new Problem(400, "'parameters' must be an object")
  return parameters
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
