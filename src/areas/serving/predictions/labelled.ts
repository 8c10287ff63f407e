import type { ServingDeps } from '../deps.ts'
import { localFiles } from './files.ts'
import { readLabels, writeLabels } from './labelfile.ts'
import { type PartRange, readParts } from './part.ts'
import { openScratch, type Scratch } from './scratch.ts'

export interface LabelledRequest extends Omit<PartRange, 'limit'> {
  readonly deploymentId: string
  /** Only rows whose newest label came after this one: what is new for a reader who has seen the ones before. */
  readonly afterLabel?: number
  readonly signal?: AbortSignal
}

/** Predicted rows with their newest label, as one Parquet file that is removed with this object. */
export interface Labelled extends AsyncDisposable {
  readonly path: string
  readonly rows: number
  /** Those of the prediction log, then label, observed_at, received_at and label_sequence. */
  readonly columns: readonly string[]
  /** The last part that was looked at; `after` for the next call. */
  readonly lastSequence: number
  /**
   * The last label that was looked at; `afterLabel` for the next call. Labels that came ahead of their prediction hold it
   * back for two minutes.
   */
  readonly lastLabel: number
}

type Deps = Pick<ServingDeps, 'store' | 'blobs' | 'columnar' | 'tempDirectory'>

const patienceMs = 2 * 60_000

/** Undefined when no row has a label. Remove the file with `await using`, or by disposing of the answer. */
export async function labelledPredictions(
  deps: Deps,
  request: LabelledRequest,
): Promise<Labelled | undefined> {
  const scratch = await openScratch(deps.tempDirectory)
  let found: Labelled | undefined
  try {
    found = await join(deps, request, scratch)
    return found
  } finally {
    if (!found) await scratch[Symbol.asyncDispose]()
  }
}

async function join(
  { store, blobs, columnar }: Deps,
  request: LabelledRequest,
  scratch: Scratch,
): Promise<Labelled | undefined> {
  const { deploymentId, afterLabel = 0, signal } = request
  const parts = await readParts(store.read, deploymentId, request)
  const last = parts.at(-1)
  if (!last) return undefined
  const from = new Date(Math.min(...parts.map((part) => part.firstTime.getTime())))
  const to = new Date(Math.max(...parts.map((part) => part.lastTime.getTime())))
  // A reader of new labels must not miss those that are ahead of their prediction.
  const range = { from, after: afterLabel, ...(request.afterLabel === undefined ? { to } : {}) }
  const labels = await writeLabels(store.read, deploymentId, range, scratch.path('labels.json'))
  if (labels.count === 0) return undefined
  const path = scratch.path('labelled.parquet')
  const cutoff = new Date(Date.now() - patienceMs).toISOString()
  const found = await columnar.query({
    statements: statements(labels.type, request.afterLabel === undefined ? undefined : cutoff),
    files: { parts: await localFiles(blobs, parts), labels: labels.path },
    writes: { out: path },
    ...(signal ? { signal } : {}),
  })
  const first = found[0]
  if (!first) return undefined
  return {
    path,
    rows: Number(first.rows),
    columns: found.map((row) => String(row.column_name)),
    lastSequence: last.sequence,
    lastLabel: first.waiting === null ? labels.lastSequence : Number(first.waiting) - 1,
    [Symbol.asyncDispose]: scratch[Symbol.asyncDispose],
  }
}

/**
 * A label joins by the server's id or by the caller's; of all that join a row, the newest holds. With a `cutoff`, rows
 * are left for the next call from the first label on that came after it and still waits for its prediction.
 */
function statements(type: string, cutoff: string | undefined): string[] {
  const late = cutoff === undefined ? 'false' : `received_at > '${cutoff}'`
  return [
    `create temp table label as select * from ${readLabels}`,
    `create temp view prediction as select * from read_parquet({{parts}}, union_by_name = true)`,
    `create temp table hit as
      select p.id, p."row", l.sequence from prediction p
        join label l on l.prediction_id = p.id and l."row" = p."row"
      union all
      select p.id, p."row", l.sequence from prediction p
        join label l on l.request_id = p.request_id and l."row" = p."row"`,
    `create temp table newest as select id, "row", max(sequence) as sequence from hit group by id, "row"`,
    `create temp table edge as select min(sequence) as waiting from label
      where ${late} and sequence not in (select sequence from hit)`,
    `create temp table chosen as select * from newest
      where sequence < coalesce((select waiting from edge), 9223372036854775807)`,
    `create temp view labelled as
      select p.*, cast(l.value as ${type}) as label, cast(l.observed_at as timestamptz) as observed_at,
        cast(l.received_at as timestamptz) as received_at, l.sequence as label_sequence
      from prediction p join chosen c on c.id = p.id and c."row" = p."row" join label l on l.sequence = c.sequence`,
    `copy (from labelled order by time, id, "row") to {{out}} (format parquet, compression zstd)`,
    `select column_name, (select count(*) from chosen) as rows, (select waiting from edge) as waiting
      from (describe labelled) where (select count(*) from chosen) > 0`,
  ]
}
