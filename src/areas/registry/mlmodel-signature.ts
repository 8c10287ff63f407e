import { parse } from 'yaml'
import type { Signature, Tensor } from './model.ts'

/** MLflow's column types and NumPy's names, as the Open Inference Protocol calls them. */
const datatypes: Readonly<Record<string, string>> = {
  boolean: 'BOOL',
  bool: 'BOOL',
  integer: 'INT32',
  long: 'INT64',
  float: 'FP32',
  double: 'FP64',
  string: 'BYTES',
  binary: 'BYTES',
  datetime: 'DATETIME',
  str: 'BYTES',
  object: 'JSON',
  array: 'JSON',
  map: 'JSON',
  any: 'JSON',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
}

/** The signature that an MLmodel file declares: each column is a tensor of one axis, a tensor is itself. */
export function declaredSignature(mlmodel: string): Signature | undefined {
  try {
    const signature: unknown = parse(mlmodel)?.signature
    if (typeof signature !== 'object' || signature === null) return undefined
    const inputs = tensorsOf('inputs' in signature ? signature.inputs : undefined, 'input')
    const outputs = tensorsOf('outputs' in signature ? signature.outputs : undefined, 'output')
    return inputs.length === 0 && outputs.length === 0 ? undefined : { inputs, outputs }
  } catch {
    return undefined
  }
}

function tensorsOf(text: unknown, fallback: string): Tensor[] {
  if (typeof text !== 'string') return []
  const specs: unknown = JSON.parse(text)
  if (!Array.isArray(specs)) return []
  return specs.map((spec: unknown, index) =>
    tensorOf(spec, specs.length === 1 ? fallback : `${fallback}_${index}`),
  )
}

function tensorOf(spec: unknown, fallback: string): Tensor {
  const about = typeof spec === 'object' && spec !== null ? (spec as Record<string, unknown>) : {}
  const name = typeof about.name === 'string' ? about.name : fallback
  const tensor = about['tensor-spec']
  if (typeof tensor === 'object' && tensor !== null) {
    const { dtype, shape } = tensor as Record<string, unknown>
    const sizes = Array.isArray(shape) ? shape.filter((size) => Number.isInteger(size)) : []
    return { name, datatype: datatypeOf(dtype), shape: sizes }
  }
  const optional = about.required === false || about.optional === true
  return { name, datatype: datatypeOf(about.type), shape: [-1], ...(optional ? { optional } : {}) }
}

function datatypeOf(type: unknown): string {
  const name = String(type).toLowerCase()
  return Object.hasOwn(datatypes, name)
    ? (datatypes[name] ?? 'JSON')
    : name.startsWith('str')
      ? 'BYTES'
      : 'JSON'
}
