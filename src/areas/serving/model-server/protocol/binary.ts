import { isUtf8 } from 'node:buffer'
import { type Datatype, elementCount, elementSize, type TensorData, viewOf } from '../../onnx/datatype.ts'
import { Problem } from './problem.ts'

/** The elements of an input given as bytes: little-endian; BYTES each with a u32 length before it. */
export function elementsFromBinary(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  bytes: Buffer,
): TensorData {
  const count = elementCount(shape)
  if (datatype === 'BYTES') return textsFromBinary(name, count, bytes)
  const expected = count * elementSize(datatype)
  if (bytes.length !== expected) {
    throw new Problem(
      400,
      `unexpected size of binary data for input '${name}': expecting ${expected} bytes, got ${bytes.length}`,
    )
  }
  const copy = new ArrayBuffer(expected)
  new Uint8Array(copy).set(bytes)
  if (datatype === 'BOOL' && bytes.some((byte) => byte > 1)) {
    throw new Problem(400, `the binary data of input '${name}' of type BOOL has bytes other than 0 and 1`)
  }
  return viewOf(datatype, copy)
}

function textsFromBinary(name: string, count: number, bytes: Buffer): string[] {
  const texts: string[] = []
  let at = 0
  while (at + 4 <= bytes.length && texts.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at)
    if (end > bytes.length) break
    const text = bytes.subarray(at + 4, end)
    if (!isUtf8(text))
      throw new Problem(400, `input '${name}' of type BYTES has an element that is not UTF-8`)
    texts.push(text.toString('utf8'))
    at = end
  }
  if (at !== bytes.length || texts.length !== count) {
    throw new Problem(
      400,
      `unexpected size of binary data for input '${name}': it does not hold ${count} elements`,
    )
  }
  return texts
}

export function elementsToBinary(data: TensorData): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat(
    data.flatMap((text) => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(Buffer.byteLength(text))
      return [length, Buffer.from(text)]
    }),
  )
}
