import type { Blobs } from '../../../blobs/blobs.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import type { Store } from '../../../store/store.ts'
import { localFiles } from './files.ts'
import { readParts } from './part.ts'

export interface LoggedRow {
  readonly id: string
  readonly row: number
  readonly requestId: string | null
  readonly time: string
  readonly revision: number
  readonly modelVersionId: string | null
  readonly latencyUs: number | null
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, unknown>>
  readonly label?: { readonly value: unknown; readonly observedAt: Date; readonly receivedAt: Date }
}

export interface RowQuery {
  readonly deploymentId: string
  readonly limit: number
  readonly revision?: number
  readonly before?: Date
  /** All rows of one prediction. */
  readonly id?: string
}

type Deps = { store: Store; blobs: Blobs; columnar: Columnar }

/** So many parts are looked into for the newest rows: a page for people, not a scan. */
const newestParts = 64

/** Logged rows with their labels, newest first. */
export async function loggedRows(deps: Deps, query: RowQuery): Promise<readonly LoggedRow[]> {
  const parts = await candidates(deps.store, query)
  if (parts.length === 0) return []
  const where = ['true']
  if (query.revision !== undefined) where.push(`revision = ${Math.trunc(query.revision)}`)
  if (query.before) where.push(`time < timestamptz '${query.before.toISOString()}'`)
  const rows = await deps.columnar.query({
    statements: [
      `select * from read_parquet({{parts}}, union_by_name = true)
       where ${where.join(' and ')} and id = coalesce($1, id)
       order by time desc, id desc, "row" limit ${Math.trunc(query.limit)}`,
    ],
    files: { parts: await localFiles(deps.blobs, parts) },
    values: [query.id ?? null],
  })
  return withLabels(deps.store, query.deploymentId, rows.map(loggedRow))
}

async function candidates(store: Store, query: RowQuery) {
  if (query.id !== undefined) {
    const made = Number.parseInt(query.id.replaceAll('-', '').slice(0, 12), 16)
    return readParts(store.read, query.deploymentId, {
      from: new Date(made - 60_000),
      to: new Date(made + 10 * 60_000),
    })
  }
  const bound = query.before ? { to: query.before } : {}
  return readParts(store.read, query.deploymentId, { ...bound, newest: newestParts })
}

function loggedRow(row: Readonly<Record<string, unknown>>): LoggedRow {
  const named = (prefix: string) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([key, value]) =>
        key.startsWith(prefix) && value !== null ? [[key.slice(prefix.length), value]] : [],
      ),
    )
  return {
    id: String(row.id),
    row: Number(row.row),
    requestId: row.request_id === null ? null : String(row.request_id),
    time: new Date(String(row.time)).toISOString(),
    revision: Number(row.revision),
    modelVersionId: row.model_version_id === null ? null : String(row.model_version_id),
    latencyUs: row.latency_us === null ? null : Number(row.latency_us),
    inputs: named('in_'),
    outputs: named('out_'),
  }
}

async function withLabels(
  store: Store,
  deploymentId: string,
  rows: readonly LoggedRow[],
): Promise<LoggedRow[]> {
  if (rows.length === 0) return []
  const requestIds = rows.flatMap((row) => (row.requestId === null ? [] : [row.requestId]))
  const labels = await store.read
    .selectFrom('labels')
    .select(['prediction_id', 'request_id', 'row', 'value', 'observed_at', 'received_at'])
    .where('deployment_id', '=', deploymentId)
    .where((is) =>
      is.or([
        is('prediction_id', 'in', [...new Set(rows.map((row) => row.id))]),
        ...(requestIds.length > 0 ? [is('request_id', 'in', [...new Set(requestIds)])] : []),
      ]),
    )
    .orderBy('sequence')
    .execute()
  return rows.map((row) => {
    const label = labels.findLast(
      (one) =>
        one.row === row.row &&
        (one.prediction_id === row.id || (one.request_id !== null && one.request_id === row.requestId)),
    )
    if (!label) return row
    return {
      ...row,
      label: { value: label.value, observedAt: label.observed_at, receivedAt: label.received_at },
    }
  })
}
