import { decodeCursor, encodeCursor } from '../../tracking/index.ts'

/** So many of a list, after those of the pages before. */
export interface Paging {
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly next?: string
}

/** One page of a short list. `read` is asked for one row more than the page holds. Fails with `invalid_argument`. */
export async function pageOf<T>(
  { limit, cursor }: Paging,
  query: unknown,
  read: (offset: number, limit: number) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const given = cursor === undefined ? 0 : Number(decodeCursor(cursor, query, 1)[0])
  const offset = Number.isSafeInteger(given) && given >= 0 ? given : 0
  const rows = await read(offset, limit + 1)
  if (rows.length <= limit) return { rows }
  return { rows: rows.slice(0, limit), next: encodeCursor([String(offset + limit)], query) }
}
