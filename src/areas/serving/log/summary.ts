import { createHash } from 'node:crypto'
import type { NumericData, TensorData } from '../onnx/datatype.ts'
import type { Tensor } from '../onnx/tensor.ts'
import { dataBytes } from './prediction.ts'
import { type LoggedTensor, largeTensorBytes, type TensorSummary } from './record.ts'

/** The tensor as it is logged: large ones by digest and statistics. */
export function loggedTensor(tensor: Tensor): LoggedTensor {
  const bytes = dataBytes(tensor.data)
  if (bytes <= largeTensorBytes) return tensor
  const { name, datatype, shape, data } = tensor
  const statistics = Array.isArray(data) || datatype === 'FP16' ? {} : statisticsOf(data)
  return { name, datatype, shape, summary: { digest: digestOf(data), bytes, ...statistics } }
}

function digestOf(data: TensorData): string {
  const hash = createHash('sha256')
  if (!Array.isArray(data)) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  else {
    const length = Buffer.alloc(4)
    for (const text of data) {
      length.writeUInt32LE(Buffer.byteLength(text))
      hash.update(length).update(text)
    }
  }
  return hash.digest('hex')
}

function statisticsOf(data: NumericData): Pick<TensorSummary, 'min' | 'max' | 'mean'> {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0]
  for (const element of data) {
    const value = Number(element)
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
    sum += value
    count++
  }
  return count === 0 ? {} : { min, max, mean: sum / count }
}
