/** Elements of a tensor: 16-bit floats as their bits, BOOL as 0 and 1, BYTES as text. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | string[]

export type NumericData = Exclude<TensorData, string[]>

interface Kind {
  /** What onnxruntime calls it. */
  readonly ort: string
  /** Bytes of an element; 0 for text. */
  readonly size: number
  readonly make?: new (buffer: ArrayBuffer) => NumericData
}

/** The datatypes of the Open Inference Protocol that ONNX models have. */
export const datatypes = {
  BOOL: { ort: 'bool', size: 1, make: Uint8Array },
  UINT8: { ort: 'uint8', size: 1, make: Uint8Array },
  UINT16: { ort: 'uint16', size: 2, make: Uint16Array },
  UINT32: { ort: 'uint32', size: 4, make: Uint32Array },
  UINT64: { ort: 'uint64', size: 8, make: BigUint64Array },
  INT8: { ort: 'int8', size: 1, make: Int8Array },
  INT16: { ort: 'int16', size: 2, make: Int16Array },
  INT32: { ort: 'int32', size: 4, make: Int32Array },
  INT64: { ort: 'int64', size: 8, make: BigInt64Array },
  FP16: { ort: 'float16', size: 2, make: Uint16Array },
  FP32: { ort: 'float32', size: 4, make: Float32Array },
  FP64: { ort: 'float64', size: 8, make: Float64Array },
  BYTES: { ort: 'string', size: 0 },
} as const satisfies Record<string, Kind>

export type Datatype = keyof typeof datatypes

export const datatypeNames = Object.keys(datatypes) as Datatype[]

export function isDatatype(name: unknown): name is Datatype {
  return typeof name === 'string' && Object.hasOwn(datatypes, name)
}

/** The datatype of what onnxruntime calls `ort`; undefined for those that the protocol has no name for. */
export function datatypeOf(ort: string): Datatype | undefined {
  return datatypeNames.find((name) => datatypes[name].ort === ort)
}

export function elementSize(datatype: Datatype): number {
  return datatypes[datatype].size
}

/** A view of the whole buffer. Not for BYTES. */
export function viewOf(datatype: Exclude<Datatype, 'BYTES'>, buffer: ArrayBuffer): NumericData {
  return new datatypes[datatype].make(buffer)
}

/** Zeros, or empty texts. */
export function zeros(datatype: Datatype, count: number): TensorData {
  if (datatype === 'BYTES') return new Array<string>(count).fill('')
  return viewOf(datatype, new ArrayBuffer(count * elementSize(datatype)))
}

export function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const dimension of shape) count *= dimension
  return count
}
