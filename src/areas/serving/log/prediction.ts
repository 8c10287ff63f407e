import { elementCount, elementSize, isDatatype, type TensorData, viewOf } from '../onnx/datatype.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import type { Stream, StreamTensor } from './format.ts'
import type { LoggedTensor, PredictionRecord, TensorSummary } from './record.ts'

/** How the elements of a tensor are held in a frame. */
const holds = { data: 0, summary: 1 } as const

/** The payload of a prediction after version and kind. */
export function writePrediction(writer: ByteWriter, stream: number, record: PredictionRecord): void {
  writer.u16(stream)
  writer.hex(record.id.replaceAll('-', ''), 16)
  writer.f64(record.time)
  writer.u32(Math.min(0xffffffff, Math.round(record.latencyUs)))
  writer.u16(record.status)
  writer.u8(record.requestId === undefined ? 0 : 1)
  if (record.requestId !== undefined) writer.text(record.requestId)
  for (const tensor of record.inputs) writeTensor(writer, tensor)
  for (const tensor of record.outputs) writeTensor(writer, tensor)
}

export function readPrediction(reader: ByteReader, streams: readonly Stream[]): PredictionRecord {
  const stream = streams[reader.u16()]
  if (!stream) throw new RangeError('The prediction refers to a stream that was not declared.')
  return {
    id: uuid(reader.hex(16)),
    time: reader.f64(),
    latencyUs: reader.u32(),
    status: reader.u16(),
    requestId: reader.u8() === 1 ? reader.text() : undefined,
    deploymentId: stream.deploymentId,
    revision: stream.revision,
    modelVersionId: stream.modelVersionId,
    inputs: stream.inputs.map((tensor) => readTensor(reader, tensor)),
    outputs: stream.outputs.map((tensor) => readTensor(reader, tensor)),
  }
}

function writeTensor(writer: ByteWriter, tensor: LoggedTensor): void {
  writer.u8(tensor.shape.length)
  for (const dimension of tensor.shape) writer.u32(dimension)
  if (tensor.data === undefined) {
    writer.u8(holds.summary)
    writer.text(JSON.stringify(tensor.summary ?? {}))
    return
  }
  writer.u8(holds.data)
  writeElements(writer, tensor.data)
}

function writeElements(writer: ByteWriter, data: TensorData): void {
  if (Array.isArray(data)) for (const text of data) writer.text(text)
  else writer.raw(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

function readTensor(reader: ByteReader, { name, datatype }: StreamTensor): LoggedTensor {
  if (!isDatatype(datatype)) throw new RangeError(`The datatype ${datatype} is not known.`)
  const shape = Array.from({ length: reader.u8() }, () => reader.u32())
  if (reader.u8() === holds.summary) {
    return { name, datatype, shape, summary: JSON.parse(reader.text()) as TensorSummary }
  }
  const count = elementCount(shape)
  if (datatype === 'BYTES') {
    return { name, datatype, shape, data: Array.from({ length: count }, () => reader.text()) }
  }
  const bytes = reader.raw(count * elementSize(datatype))
  return { name, datatype, shape, data: viewOf(datatype, Uint8Array.from(bytes).buffer) }
}

function uuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Two records may share a stream only when these agree. */
export function streamKey(record: PredictionRecord): string {
  let key = `${record.deploymentId} ${record.revision} ${record.inputs.length}`
  for (const tensor of record.inputs) key += ` ${tensor.datatype} ${tensor.name}`
  for (const tensor of record.outputs) key += ` ${tensor.datatype} ${tensor.name}`
  return key
}

export function streamOf(record: PredictionRecord): Stream {
  const tensor = ({ name, datatype }: LoggedTensor): StreamTensor => ({ name, datatype })
  return {
    deploymentId: record.deploymentId,
    revision: record.revision,
    modelVersionId: record.modelVersionId,
    inputs: record.inputs.map(tensor),
    outputs: record.outputs.map(tensor),
  }
}

/** Bytes that the elements take in a frame. */
export function dataBytes(data: TensorData): number {
  if (!Array.isArray(data)) return data.byteLength
  let bytes = 0
  for (const text of data) bytes += 4 + Buffer.byteLength(text)
  return bytes
}
