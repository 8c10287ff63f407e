import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'

/** One file of a run or model: a name for bytes in the blob store. */
export interface StoredFile {
  readonly path: string
  readonly digest: string
  readonly size: number
}

/** What one directory holds: its files, and directories, which exist as long as files do below them. */
export interface Entry {
  /** From the root, like a file's. */
  readonly path: string
  readonly directory: boolean
  readonly size: number | null
  readonly digest: string | null
}

export function createReader(store: Store) {
  /** The children of a directory by name; nothing when it is a file or absent. */
  async function list(projectId: string, directory: string): Promise<Entry[]> {
    const start = directory === '' ? '' : `${directory}/`
    const name = sql<string>`split_part(substr(path, char_length(${start}) + 1), '/', 1)`
    const below = sql<boolean>`bool_or(strpos(substr(path, char_length(${start}) + 1), '/') > 0)`
    const rows = await store.read
      .selectFrom('artifact_files')
      .select([name.as('name'), below.as('directory')])
      .select((e) => [e.fn.min('size').as('size'), e.fn.min('digest').as('digest')])
      .where('project_id', '=', projectId)
      .where(beginsWith(start))
      .groupBy('name')
      .orderBy('name')
      .execute()
    return rows.map((row) => ({
      path: `${start}${row.name}`,
      directory: row.directory,
      size: row.directory ? null : Number(row.size),
      digest: row.directory ? null : row.digest,
    }))
  }

  /** Every file below a directory, or the one file of that path. */
  async function files(projectId: string, path: string): Promise<StoredFile[]> {
    const below = beginsWith(path === '' ? '' : `${path}/`)
    return await store.read
      .selectFrom('artifact_files')
      .select(['path', 'digest', 'size'])
      .where('project_id', '=', projectId)
      .where((e) => e.or([below, e('path', '=', path)]))
      .orderBy('path')
      .execute()
  }

  async function find(projectId: string, path: string): Promise<StoredFile | undefined> {
    return await store.read
      .selectFrom('artifact_files')
      .select(['path', 'digest', 'size'])
      .where('project_id', '=', projectId)
      .where('path', '=', path)
      .executeTakeFirst()
  }

  return { list, files, find }
}

/** A range of the index (its collation is by bytes): `0` is the character after `/`. */
export function beginsWith(start: string) {
  if (start === '') return sql<boolean>`true`
  return sql<boolean>`path >= ${start} and path < ${`${start.slice(0, -1)}0`}`
}
