import { fromChunks } from '../columns.ts'
import { type Directory, encodeDirectory, type GroupPlace, summarize } from './directory.ts'
import { encodeFooter, encodeGroup, type Group, magic } from './parquet.ts'

/** A piece of a series: records of 24 bytes as chunks have them, in order and without repetitions. */
export interface Piece {
  readonly key: string
  readonly records: Buffer
}

/** A series in the file that was written. */
export interface Segment {
  readonly key: string
  readonly points: number
  readonly directoryStart: number
  readonly directoryLength: number
}

/** Records of a row group; its points are read and unpacked together. */
export const groupRows = 64 * 256
const recordBytes = 24

interface Open {
  readonly key: string
  readonly groups: GroupPlace[]
  readonly blocks: Float64Array[]
  points: number
}

/**
 * The bytes of a Parquet file of pieces, which come by key; `segments` is filled in by the time it ends. Memory holds one
 * row group and the summaries of what has been written.
 */
export async function* writeFile(pieces: AsyncIterable<Piece>, segments: Segment[]): AsyncGenerator<Buffer> {
  let at = magic.length
  const groups: Group[] = []
  const series: Open[] = []
  let waiting: Piece[] = []
  let rows = 0
  yield magic

  function flush(): Buffer {
    const columns = columnsOf(waiting)
    const { bytes, group, pages } = encodeGroup(at, rows, columns)
    const [, step, time, value] = pages
    if (step === undefined || time === undefined || value === undefined)
      throw new Error('a column is missing')
    let from = 0
    for (const { key, records } of waiting) {
      const open = openSeries(series, key)
      const count = records.length / recordBytes
      open.groups.push({ step, time, value, from, count })
      open.blocks.push(summarize(fromChunks(records)))
      open.points += count
      from += count
    }
    groups.push(group)
    at += bytes.length
    waiting = []
    rows = 0
    return bytes
  }

  for await (const piece of pieces) {
    let rest = piece.records
    while (rest.length > 0) {
      const fits = Math.min(rest.length, (groupRows - rows) * recordBytes)
      waiting.push({ key: piece.key, records: rest.subarray(0, fits) })
      rows += fits / recordBytes
      rest = rest.subarray(fits)
      if (rows === groupRows) yield flush()
    }
  }
  if (rows > 0) yield flush()
  for (const open of series) {
    const bytes = encodeDirectory(directoryOf(open))
    segments.push({ key: open.key, points: open.points, directoryStart: at, directoryLength: bytes.length })
    at += bytes.length
    yield bytes
  }
  yield encodeFooter(groups)
}

function openSeries(series: Open[], key: string): Open {
  const last = series.at(-1)
  if (last?.key === key) return last
  const open: Open = { key, groups: [], blocks: [], points: 0 }
  series.push(open)
  return open
}

function directoryOf({ groups, blocks, points }: Open): Directory {
  const all = new Float64Array(blocks.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of blocks) {
    all.set(one, at)
    at += one.length
  }
  return { groups, blocks: all, points }
}

/** Keys, steps, times and values as Parquet's plain encoding has them: little-endian. */
function columnsOf(pieces: readonly Piece[]): Buffer[] {
  const keys = pieces.map(({ key, records }) => {
    const text = Buffer.from(key)
    const one = Buffer.alloc(4 + text.length)
    one.writeUInt32LE(text.length)
    text.copy(one, 4)
    return Buffer.alloc(one.length * (records.length / recordBytes), one)
  })
  const records = Buffer.concat(pieces.map((piece) => piece.records))
  return [Buffer.concat(keys), column(records, 8), column(records, 0), column(records, 16)]
}

function column(records: Buffer, offset: number): Buffer {
  const bytes = Buffer.alloc((records.length / recordBytes) * 8)
  for (let from = offset, to = 0; from < records.length; from += recordBytes, to += 8) {
    records.copy(bytes, to, from, from + 8)
  }
  return bytes.swap64()
}
