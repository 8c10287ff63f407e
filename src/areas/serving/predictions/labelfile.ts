import { open } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import type { DB } from '../../../store/tables.ts'

/** Labels as lines of JSON, for the columnar engine to join. */
export interface LabelFile {
  readonly path: string
  readonly count: number
  /** The narrowest column type that holds every value. */
  readonly type: 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR'
  /** Of the last label in it; 0 without any. */
  readonly lastSequence: number
}

export interface LabelRange {
  /** Only labels after this number. */
  readonly after?: number
  /** Only labels of predictions made in this span, as far as their id tells. */
  readonly from?: Date
  readonly to?: Date
}

const page = 5000
/** A prediction's id is made when its request arrives, its time is when it was answered. */
const marginMs = 10 * 60_000

export async function writeLabels(
  db: Kysely<DB>,
  deploymentId: string,
  range: LabelRange,
  path: string,
): Promise<LabelFile> {
  await using file = await open(path, 'w')
  let last = range.after ?? 0
  let count = 0
  const types = new Set<string>()
  for (;;) {
    const rows = await labelPage(db, deploymentId, range, last)
    for (const row of rows) types.add(typeOf(row.value))
    if (rows.length > 0) await file.write(rows.map(line).join(''))
    count += rows.length
    last = rows.at(-1)?.sequence ?? last
    if (rows.length < page) return { path, count, type: common(types), lastSequence: count === 0 ? 0 : last }
  }
}

/** How a label file is read: as columns prediction_id, request_id, row, value, observed_at, received_at, sequence. */
export const readLabels = `read_json({{labels}}, format = 'newline_delimited', maximum_object_size = 1048576, columns = {
  prediction_id: 'VARCHAR', request_id: 'VARCHAR', "row": 'BIGINT', value: 'VARCHAR',
  observed_at: 'VARCHAR', received_at: 'VARCHAR', sequence: 'BIGINT' })`

function labelPage(db: Kysely<DB>, deploymentId: string, range: LabelRange, after: number) {
  let query = db
    .selectFrom('labels')
    .select(['sequence', 'prediction_id', 'request_id', 'row', 'value', 'observed_at', 'received_at'])
    .where('deployment_id', '=', deploymentId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(page)
  const { from, to } = range
  if (from) {
    const time = new Date(from.getTime() - marginMs)
    query = query.where('received_at', '>=', time)
    query = query.where((is) =>
      is.or([is('prediction_id', 'is', null), is('prediction_id', '>=', firstId(time))]),
    )
  }
  if (to) {
    const time = new Date(to.getTime() + marginMs)
    query = query.where((is) =>
      is.or([is('prediction_id', 'is', null), is('prediction_id', '<', firstId(time))]),
    )
  }
  return query.execute()
}

/** The least UUIDv7 of a time. */
function firstId(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

type Row = Awaited<ReturnType<typeof labelPage>>[number]

function line(row: Row): string {
  return `${JSON.stringify({ ...row, value: String(row.value) })}\n`
}

function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'BIGINT' : 'DOUBLE'
  return typeof value === 'boolean' ? 'BOOLEAN' : 'VARCHAR'
}

function common(types: ReadonlySet<string>): LabelFile['type'] {
  if (types.size === 1) return [...types][0] as LabelFile['type']
  return types.size === 2 && types.has('BIGINT') && types.has('DOUBLE') ? 'DOUBLE' : 'VARCHAR'
}
