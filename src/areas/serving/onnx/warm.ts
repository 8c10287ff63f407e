import { messageOf } from '../../../base/error.ts'
import { type Datatype, elementCount, type TensorData, zeros } from './datatype.ts'
import type { Session } from './session.ts'
import type { ModelSpec, Tensor, TensorSpec } from './tensor.ts'

/** Elements of a made-up input at most: models with larger ones are not tried. */
const mostElements = 1 << 22

export interface Warmth {
  /** Whether rows of different requests may share a run without changing each other's answers. */
  readonly batchable: boolean
}

/** Runs the model on made-up rows, so that its first caller need not wait, and sees whether rows are independent. */
export async function warm(session: Session): Promise<Warmth> {
  const one = madeUp(session.spec, 1, 1)
  if (!one) return { batchable: false }
  try {
    const first = await session.run(one)
    if (!hasBatchDimension(session.spec)) return { batchable: false }
    const second = await session.run(madeUp(session.spec, 1, 2) ?? one)
    const both = await session.run(joinRows(one, madeUp(session.spec, 1, 2) ?? one))
    return { batchable: both.every((output, i) => isJoined(output, first[i], second[i])) }
  } catch (error) {
    if (isOutOfMemory(messageOf(error))) throw error
    // Made-up values may be out of a model's range, for example indices of a table.
    return { batchable: false }
  }
}

export function isOutOfMemory(message: string): boolean {
  return /Failed to allocate memory|bad_alloc/.test(message)
}

/** All inputs and outputs have a first dimension of any size. */
function hasBatchDimension(spec: ModelSpec): boolean {
  return spec.inputs.length > 0 && [...spec.inputs, ...spec.outputs].every((tensor) => tensor.shape[0] === -1)
}

function madeUp(spec: ModelSpec, rows: number, seed: number): Tensor[] | undefined {
  const tensors = spec.inputs.map((input) => madeUpTensor(input, rows, seed))
  const elements = tensors.reduce((sum, tensor) => sum + elementCount(tensor.shape), 0)
  return elements > mostElements ? undefined : tensors
}

function madeUpTensor({ name, datatype, shape }: TensorSpec, rows: number, seed: number): Tensor {
  const concrete = shape.map((dimension, i) => (dimension >= 0 ? dimension : i === 0 ? rows : 1))
  const count = elementCount(concrete)
  if (count > mostElements) return { name, datatype, shape: concrete, data: [] }
  return { name, datatype, shape: concrete, data: values(datatype, count, seed) }
}

/** Small values that differ by element and seed; integers are 0 or 1, to be within the range of most models. */
function values(datatype: Datatype, count: number, seed: number): TensorData {
  const data = zeros(datatype, count)
  for (let i = 0; i < count; i++) {
    const noise = Math.sin((i + 1) * 12.9898 * seed) * 0.5
    if (Array.isArray(data)) data[i] = noise > 0 ? 'a' : 'b'
    else if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = noise > 0 ? 1n : 0n
    else if (datatype === 'FP16') data[i] = noise > 0 ? 0x3c00 : 0x3800
    else if (data instanceof Float32Array || data instanceof Float64Array) data[i] = noise
    else data[i] = noise > 0 ? 1 : 0
  }
  return data
}

function joinRows(first: readonly Tensor[], second: readonly Tensor[]): Tensor[] {
  return first.map((tensor, i) => {
    const other = second[i]
    const data = zeros(tensor.datatype, tensor.data.length * 2)
    for (let k = 0; k < tensor.data.length; k++) {
      assign(data, k, tensor.data[k])
      assign(data, tensor.data.length + k, other?.data[k])
    }
    return { ...tensor, shape: [2, ...tensor.shape.slice(1)], data }
  })
}

function assign(data: TensorData, i: number, value: unknown): void {
  ;(data as unknown[])[i] = value
}

function isJoined(both: Tensor, first: Tensor | undefined, second: Tensor | undefined): boolean {
  if (!first || !second) return false
  if (both.shape[0] !== (first.shape[0] ?? 0) + (second.shape[0] ?? 0) || first.shape[0] !== 1) return false
  if (both.data.length !== first.data.length + second.data.length) return false
  for (let i = 0; i < both.data.length; i++) {
    const part = i < first.data.length ? first.data[i] : second.data[i - first.data.length]
    if (!isClose(both.data[i], part)) return false
  }
  return true
}

/** Sums of floats differ in the last digits with the order in which a batch is computed. */
function isClose(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return Object.is(a, b) || Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(a), Math.abs(b))
}
