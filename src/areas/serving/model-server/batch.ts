import { type Datatype, elementSize, type NumericData, type TensorData, viewOf } from '../onnx/datatype.ts'
import type { Tensor } from '../onnx/tensor.ts'

/** Requests with equal keys may share a run: their shapes agree beyond the first dimension. */
export function batchKey(inputs: readonly Tensor[]): string {
  let key = ''
  for (const { shape } of inputs) {
    for (let axis = 1; axis < shape.length; axis++) key += `${shape[axis]},`
    key += ';'
  }
  return key
}

/** Rows of a request: undefined when its inputs do not agree on them. */
export function rowsOf(inputs: readonly Tensor[]): number | undefined {
  const rows = inputs[0]?.shape[0]
  return inputs.every((input) => input.shape[0] === rows) ? rows : undefined
}

/** The inputs of several requests, one below the other, in buffers of their own. */
export function joinInputs(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = requests
  return first.map((tensor, i) => {
    const all = requests.flatMap((inputs) => inputs[i] ?? [])
    const rows = all.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
    const shape = all.length === 1 ? tensor.shape : [rows, ...tensor.shape.slice(1)]
    return { ...tensor, shape, data: joinData(tensor.datatype, all) }
  })
}

function joinData(datatype: Datatype, tensors: readonly Tensor[]): TensorData {
  if (datatype === 'BYTES') return tensors.flatMap(({ data }) => data as string[])
  let count = 0
  for (const { data } of tensors) count += data.length
  const out = viewOf(datatype, new ArrayBuffer(count * elementSize(datatype)))
  let at = 0
  for (const { data } of tensors) {
    out.set(data as NumericData as never, at)
    at += data.length
  }
  return out
}

/** The outputs of each request of a shared run; undefined when the model did not answer row by row. */
export function splitOutputs(outputs: readonly Tensor[], rows: readonly number[]): Tensor[][] | undefined {
  const total = rows.reduce((sum, count) => sum + count, 0)
  if (outputs.some((output) => output.shape[0] !== total)) return undefined
  let start = 0
  return rows.map((count) => {
    const from = start
    start += count
    return outputs.map((output) => {
      const perRow = output.data.length / total
      const data = cut(output.data, from * perRow, (from + count) * perRow)
      return { ...output, shape: [count, ...output.shape.slice(1)], data }
    })
  })
}

function cut(data: TensorData, start: number, end: number): TensorData {
  return Array.isArray(data) ? data.slice(start, end) : data.subarray(start, end)
}
