import { sql } from 'kysely'
import type { Store } from '../../../store/store.ts'
import { type Columns, concat, fromChunks, noPoints, slice, sorted } from './columns.ts'
import { type Blocks, merge } from './merge.ts'

/** A place in the order of time, step, value. */
export interface Position {
  readonly time: string
  readonly step: string
  readonly value: string
}

/** Opens the compacted points of a metric in one file, from a time on. */
export type OpenFile = (fileId: string, run: string, key: string, from: number) => Blocks

const chunksAtOnce = 64

/**
 * The points of one metric by time, step, value, each once, in batches: what is read of a series of any length is a few
 * batches at a time. `after` leaves out what comes up to it. While it is read, points may move from the database into
 * files: each look at the database says which files there are at that moment.
 */
export async function* streamPoints(
  store: Store,
  openFile: OpenFile,
  run: string,
  key: string,
  after?: Position,
): AsyncGenerator<Columns> {
  const from = after === undefined ? 0 : Number(after.time)
  const opened = new Set<string>()
  const found: Blocks[] = []
  const tell = (files: readonly string[]) => {
    for (const id of files) {
      if (opened.has(id)) continue
      opened.add(id)
      found.push(openFile(id, run, key, from))
    }
  }
  const sources = [chunkBlocks(store, run, key, after, tell), linkedBlocks(store, run, key, from)]
  for await (const batch of merge(sources, () => found.splice(0))) {
    const rest = after === undefined ? batch : beyond(batch, after)
    if (rest.times.length > 0) yield rest
  }
}

interface Row {
  first_ms: string | null
  mark: string | null
  points: Buffer | null
  files: string[]
}

async function* chunkBlocks(
  store: Store,
  run: string,
  key: string,
  after: Position | undefined,
  tell: (files: readonly string[]) => void,
): AsyncGenerator<Columns> {
  const mine = sql`run_id = ${run}::uuid and key = ${key}`
  // The last point's time, as bytes, which sort as the times do.
  const late =
    after === undefined
      ? sql`true`
      : sql`substring(points from octet_length(points) - 23 for 8) >= int8send(${after.time}::bigint)`
  let [firstMs, mark] = ['-1', '0']
  for (;;) {
    const { rows } = await sql<Row>`
      select c.first_ms::text, c.mark::text, c.points, f.files
      from (select array(select file_id::text from metric_segments where ${mine}) as files) f
      left join lateral (select first_ms, mark, points from metric_chunks
        where ${mine} and (first_ms, mark) > (${firstMs}::bigint, ${mark}::bigint) and ${late}
        order by first_ms, mark limit ${chunksAtOnce}) c on true
      order by c.first_ms, c.mark`.execute(store.read)
    tell(rows[0]?.files ?? [])
    const blocks = rows.flatMap((row) => (row.points === null ? [] : [fromChunks(row.points)]))
    // An empty block lets files be noticed even when there are no chunks.
    yield* blocks.length === 0 ? [noPoints] : joined(blocks)
    const last = rows.at(-1)
    if (last?.points == null || rows.length < chunksAtOnce) return
    ;[firstMs, mark] = [last.first_ms ?? '', last.mark ?? '']
  }
}

/** Neighbours that don't overlap as one block: chunks may be of a single point. */
function* joined(blocks: readonly Columns[]): Generator<Columns> {
  let some: Columns[] = []
  for (const block of blocks) {
    const end = some.at(-1)?.times.at(-1)
    if (end !== undefined && (block.times[0] ?? 0) < end) {
      yield concat(some)
      some = []
    }
    some.push(block)
  }
  if (some.length > 0) yield concat(some)
}

/** Points that are rows of their own, since they belong to a model or a dataset. */
async function* linkedBlocks(store: Store, run: string, key: string, from: number): AsyncGenerator<Columns> {
  const { rows } = await sql<{ bytes: Buffer | null }>`
    select string_agg(int8send(time_ms) || int8send(step) || float8send(value), ''::bytea) as bytes
    from metric_points where run_id = ${run}::uuid and key = ${key} and time_ms >= ${from}`.execute(
    store.read,
  )
  const bytes = rows[0]?.bytes
  if (bytes != null) yield sorted(fromChunks(bytes), 'time')
}

function beyond(batch: Columns, { time, step, value }: Position): Columns {
  const [t, s, v] = [Number(time), Number(step), Number(value)]
  const isAfter = (at: number) => {
    const [bt, bs, bv] = [batch.times[at] ?? 0, batch.steps[at] ?? 0, batch.values[at] ?? 0]
    if (bt !== t) return bt > t
    if (bs !== s) return bs > s
    return Number.isNaN(bv) ? !Number.isNaN(v) : bv > v
  }
  let at = 0
  while (at < batch.times.length && !isAfter(at)) at += 1
  return slice(batch, at, batch.times.length)
}
