import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../store/index.ts'
import { pointBytes } from '../chunk.ts'
import { groupRows, type Piece } from './write.ts'

const chunksAtOnce = 256
const pieceBytes = groupRows * pointBytes

/** The records of a series that a file has already, within a span of times (as int64, big-endian); undefined: none. */
export type Known = (key: string, first: Buffer, last: Buffer) => Promise<ReadonlySet<string> | undefined>

interface Row {
  key: string
  first_ms: string
  mark: string
  points: Buffer
}

/** The chunks of a run as pieces for a file: by key, in order, each point once, none that is in a file already. */
export async function* piecesOf(db: Kysely<DB>, run: string, known: Known): AsyncGenerator<Piece> {
  let key: string | undefined
  let records: Buffer[] = []
  let size = 0
  for await (const [of, span] of spansOf(db, run)) {
    const fresh = await freshOf(of, span, known)
    if (of !== key || size + fresh.length > pieceBytes) {
      if (key !== undefined && size > 0) yield { key, records: Buffer.concat(records) }
      records = []
      size = 0
    }
    key = of
    records.push(fresh)
    size += fresh.length
  }
  if (key !== undefined && size > 0) yield { key, records: Buffer.concat(records) }
}

/** Records of chunks that overlap in time, in order; spans follow each other without overlap. */
async function* spansOf(db: Kysely<DB>, run: string): AsyncGenerator<[key: string, records: Buffer]> {
  let key = ''
  let open: Buffer[] = []
  let end: Buffer | undefined
  for await (const row of chunksOf(db, run)) {
    const begin = row.points.subarray(0, 8)
    if (open.length > 0 && (row.key !== key || (end !== undefined && begin.compare(end) > 0))) {
      yield [key, inOrder(open)]
      open = []
      end = undefined
    }
    key = row.key
    open.push(row.points)
    const last = row.points.subarray(row.points.length - pointBytes, row.points.length - pointBytes + 8)
    if (end === undefined || last.compare(end) > 0) end = last
  }
  if (open.length > 0) yield [key, inOrder(open)]
}

async function* chunksOf(db: Kysely<DB>, run: string): AsyncGenerator<Row> {
  let after = sql`true`
  for (;;) {
    const { rows } = await sql<Row>`select key, first_ms::text, mark::text, points from metric_chunks
      where run_id = ${run}::uuid and ${after} order by key, first_ms, mark limit ${chunksAtOnce}`.execute(db)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < chunksAtOnce) return
    after = sql`(key, first_ms, mark) > (${last.key}, ${last.first_ms}::bigint, ${last.mark}::bigint)`
  }
}

/** Times are not negative, so that their bytes sort as they do; a chunk by itself is in order. */
function inOrder(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const all = Buffer.concat(chunks)
  const records = Array.from({ length: all.length / pointBytes }, (_, at) =>
    all.subarray(at * pointBytes, (at + 1) * pointBytes),
  ).sort(Buffer.compare)
  return Buffer.concat(records.filter((record, at) => at === 0 || records[at - 1]?.equals(record) !== true))
}

async function freshOf(key: string, span: Buffer, known: Known): Promise<Buffer> {
  const last = span.subarray(span.length - pointBytes, span.length - pointBytes + 8)
  const there = await known(key, span.subarray(0, 8), last)
  if (there === undefined) return span
  const fresh: Buffer[] = []
  for (let at = 0; at < span.length; at += pointBytes) {
    const record = span.subarray(at, at + pointBytes)
    if (!there.has(record.toString('latin1'))) fresh.push(record)
  }
  return Buffer.concat(fresh)
}
