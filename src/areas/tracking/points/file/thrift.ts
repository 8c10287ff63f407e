/** A value of Thrift's compact protocol, in which Parquet keeps its metadata. */
export type Value =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly binary: string }
  | { readonly list: readonly Value[] }
  | { readonly struct: Struct }

/** Fields by their ids, in ascending order. */
export type Struct = readonly (readonly [id: number, value: Value])[]

/** Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
export function encodeStruct(struct: Struct): Buffer {
  const bytes: number[] = []
  writeStruct(bytes, struct)
  return Buffer.from(bytes)
}

function writeStruct(bytes: number[], struct: Struct): void {
  let last = 0
  for (const [id, value] of struct) {
    bytes.push(((id - last) << 4) | typeOf(value))
    last = id
    writeValue(bytes, value)
  }
  bytes.push(0)
}

function typeOf(value: Value): number {
  if ('i32' in value) return 5
  if ('i64' in value) return 6
  if ('binary' in value) return 8
  return 'list' in value ? 9 : 12
}

function writeValue(bytes: number[], value: Value): void {
  if ('i32' in value) writeVarint(bytes, zigzag(value.i32))
  else if ('i64' in value) writeVarint(bytes, zigzag(value.i64))
  else if ('struct' in value) writeStruct(bytes, value.struct)
  else if ('binary' in value) {
    const text = Buffer.from(value.binary)
    writeVarint(bytes, BigInt(text.length))
    bytes.push(...text)
  } else {
    const [first] = value.list
    const type = first === undefined ? 12 : typeOf(first)
    if (value.list.length < 15) bytes.push((value.list.length << 4) | type)
    else {
      bytes.push(0xf0 | type)
      writeVarint(bytes, BigInt(value.list.length))
    }
    for (const one of value.list) writeValue(bytes, one)
  }
}

function zigzag(number: number): bigint {
  const big = BigInt(number)
  return big < 0n ? -2n * big - 1n : 2n * big
}

function writeVarint(bytes: number[], number: bigint): void {
  let rest = number
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
}
