import { constants, zstdCompressSync } from 'node:zlib'
import { encodeStruct, type Struct, type Value } from './thrift.ts'

/**
 * The little of Parquet that files of points need: four required columns, plain encoding, one page for each column of a
 * row group, zstd. Any reader of Parquet takes them; ours knows where each page is and needs no footer.
 * Source: https://parquet.apache.org/docs/file-format/
 */
export const magic = Buffer.from('PAR1')

const names = ['key', 'step', 'time_ms', 'value'] as const
/** By column: BYTE_ARRAY, INT64, INT64, DOUBLE. */
const types = [6, 2, 2, 5]
const zstd = 6

/** Where the bytes of a page are, compressed, and how many. */
export interface Page {
  readonly start: number
  readonly size: number
}

interface Column {
  readonly start: number
  readonly size: number
  readonly plain: number
}

/** A row group that was written. */
export interface Group {
  readonly rows: number
  readonly columns: readonly Column[]
}

/** The bytes of a row group that begins at an offset, and where the pages of its columns are. */
export function encodeGroup(
  start: number,
  rows: number,
  columns: readonly Buffer[],
): { bytes: Buffer; group: Group; pages: readonly Page[] } {
  let at = start
  const parts: Buffer[] = []
  const pages: Page[] = []
  const written = columns.map((plain): Column => {
    const body = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
    const head = encodeStruct(pageHeader(rows, plain.length, body.length))
    const column = { start: at, size: head.length + body.length, plain: head.length + plain.length }
    pages.push({ start: at + head.length, size: body.length })
    parts.push(head, body)
    at += column.size
    return column
  })
  return { bytes: Buffer.concat(parts), group: { rows, columns: written }, pages }
}

function pageHeader(rows: number, plain: number, compressed: number): Struct {
  const data: Struct = [
    [1, { i32: rows }],
    [2, { i32: 0 }],
    [3, { i32: 3 }],
    [4, { i32: 3 }],
  ]
  return [
    [1, { i32: 0 }],
    [2, { i32: plain }],
    [3, { i32: compressed }],
    [5, { struct: data }],
  ]
}

/** The end of the file: metadata, its length, and the magic. */
export function encodeFooter(groups: readonly Group[]): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0)
  const metadata = encodeStruct([
    [1, { i32: 1 }],
    [2, { list: schema }],
    [3, { i64: rows }],
    [4, { list: groups.map(groupMetadata) }],
    [6, { binary: 'slipway' }],
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(metadata.length)
  return Buffer.concat([metadata, length, magic])
}

const schema: readonly Value[] = [
  {
    struct: [
      [4, { binary: 'points' }],
      [5, { i32: names.length }],
    ],
  },
  ...names.map(
    (name, at): Value => ({
      struct: [
        [1, { i32: types[at] ?? 0 }],
        [3, { i32: 0 }],
        [4, { binary: name }],
        ...(name === 'key' ? ([[6, { i32: 0 }]] as const) : []),
      ],
    }),
  ),
]

function groupMetadata({ rows, columns }: Group): Value {
  const total = columns.reduce((sum, column) => sum + column.plain, 0)
  return {
    struct: [
      [1, { list: columns.map((column, at) => columnMetadata(rows, column, at)) }],
      [2, { i64: total }],
      [3, { i64: rows }],
    ],
  }
}

function columnMetadata(rows: number, column: Column, at: number): Value {
  const metadata: Struct = [
    [1, { i32: types[at] ?? 0 }],
    [2, { list: [{ i32: 0 }] }],
    [3, { list: [{ binary: names[at] ?? '' }] }],
    [4, { i32: zstd }],
    [5, { i64: rows }],
    [6, { i64: column.plain }],
    [7, { i64: column.size }],
    [9, { i64: column.start }],
  ]
  return {
    struct: [
      [2, { i64: column.start }],
      [3, { struct: metadata }],
    ],
  }
}
