import {
  type Datatype,
  elementCount,
  elementSize,
  type NumericData,
  type TensorData,
  viewOf,
} from '../../onnx/datatype.ts'
import { Problem } from './problem.ts'

const ranges: Partial<Record<Datatype, readonly [number, number]>> = {
  BOOL: [0, 1],
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffffffff],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x80000000, 0x7fffffff],
}
const bigRanges: Partial<Record<Datatype, readonly [bigint, bigint]>> = {
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  UINT64: [0n, 2n ** 64n - 1n],
}

/** The elements of an input given as JSON: nested as the shape says, or flat. */
export function elementsFromJson(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: unknown,
): TensorData {
  if (datatype === 'FP16') {
    throw new Problem(400, `input '${name}' of type FP16 can't be given as JSON, only as binary data`)
  }
  if (!Array.isArray(data)) throw new Problem(400, `input '${name}' has no array 'data'`)
  const flat = flatten(name, shape, data)
  if (datatype === 'BYTES') return texts(name, flat)
  const out = viewOf(datatype, new ArrayBuffer(flat.length * elementSize(datatype)))
  fill(name, datatype, out, flat)
  return out
}

function flatten(name: string, shape: readonly number[], data: readonly unknown[]): readonly unknown[] {
  const count = elementCount(shape)
  if (data.length === count && !Array.isArray(data[0])) return data
  const flat: unknown[] = []
  if (!Array.isArray(data[0]) || !collect(shape, 0, data, flat)) {
    throw new Problem(400, `the data of input '${name}' does not have the shape [${shape.join(',')}]`)
  }
  return flat
}

function collect(shape: readonly number[], axis: number, data: readonly unknown[], flat: unknown[]): boolean {
  if (data.length !== shape[axis]) return false
  const isLast = axis === shape.length - 1
  for (const item of data) {
    if (Array.isArray(item)) {
      if (isLast || !collect(shape, axis + 1, item, flat)) return false
    } else if (isLast) flat.push(item)
    else return false
  }
  return true
}

function texts(name: string, flat: readonly unknown[]): string[] {
  return flat.map((item) => {
    if (typeof item === 'string') return item
    throw new Problem(400, `the data of input '${name}' must be strings`)
  })
}

function fill(name: string, datatype: Datatype, out: NumericData, flat: readonly unknown[]): void {
  if (out instanceof Float32Array || out instanceof Float64Array) fillFloats(name, out, flat)
  else if (out instanceof BigInt64Array || out instanceof BigUint64Array) fillBig(name, datatype, out, flat)
  else fillIntegers(name, datatype, out, flat)
}

/** JSON has no NaN: null stands for it, as in answers. */
function fillFloats(name: string, out: Float32Array | Float64Array, flat: readonly unknown[]): void {
  for (let i = 0; i < flat.length; i++) {
    const item = flat[i]
    if (typeof item === 'number') out[i] = item
    else if (item === null) out[i] = Number.NaN
    else if (typeof item === 'bigint') out[i] = Number(item)
    else throw new Problem(400, `the data of input '${name}' must be numbers`)
  }
}

function fillIntegers(
  name: string,
  datatype: Datatype,
  out: Exclude<NumericData, BigInt64Array | BigUint64Array>,
  flat: readonly unknown[],
): void {
  const [least, most] = ranges[datatype] ?? [0, 0]
  for (let i = 0; i < flat.length; i++) {
    const item = datatype === 'BOOL' && typeof flat[i] === 'boolean' ? Number(flat[i]) : flat[i]
    if (typeof item !== 'number' || !Number.isInteger(item) || item < least || item > most) {
      throw new Problem(400, `the data of input '${name}' must be of type ${datatype}`)
    }
    out[i] = item
  }
}

function fillBig(
  name: string,
  datatype: Datatype,
  out: BigInt64Array | BigUint64Array,
  flat: readonly unknown[],
): void {
  const [least, most] = bigRanges[datatype] ?? [0n, 0n]
  for (let i = 0; i < flat.length; i++) {
    const item = flat[i]
    const value = typeof item === 'number' && Number.isSafeInteger(item) ? BigInt(item) : item
    if (typeof value !== 'bigint' || value < least || value > most) {
      throw new Problem(400, `the data of input '${name}' must be of type ${datatype}`)
    }
    out[i] = value
  }
}

/** The elements as a flat JSON array. What JSON can't say (NaN, infinities) is null. */
export function elementsToJson(datatype: Datatype, data: TensorData): string {
  if (Array.isArray(data)) return JSON.stringify(data)
  if (datatype === 'BOOL') return `[${[...data].map((element) => (element ? 'true' : 'false')).join(',')}]`
  if (data instanceof Float32Array || data instanceof Float64Array) return floatsToJson(data)
  return `[${(data as { join(separator: string): string }).join(',')}]`
}

function floatsToJson(data: Float32Array | Float64Array): string {
  let text = '['
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number
    if (i > 0) text += ','
    text += Number.isFinite(value) ? value : 'null'
  }
  return `${text}]`
}
