import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Blobs } from '../../blobs/blobs.ts'
import type { Columnar } from '../../columnar/columnar.ts'
import type { FileToRead } from '../artifacts/index.ts'

export interface TableDeps {
  readonly blobs: Blobs
  readonly columnar: Columnar
  readonly tempDirectory: string
}

export interface TableView {
  readonly columns: { name: string; type: string }[]
  readonly rows: unknown[][]
  readonly total: number | null
}

/** Of a longer text file only the beginning is looked at, so that a preview stays quick. */
const longestText = 32 * 2 ** 20

/** Whether a file can be shown as a table, by its name. */
export function tableFormat(path: string): 'csv' | 'parquet' | undefined {
  const name = path.toLowerCase()
  if (/\.(csv|tsv)$/.test(name)) return 'csv'
  return /\.(parquet|pq)$/.test(name) ? 'parquet' : undefined
}

/** Some rows of a CSV or Parquet file. Fails with `invalid_data` when it is none. */
export async function tableOf(
  deps: TableDeps,
  file: FileToRead,
  format: 'csv' | 'parquet',
  span: { offset: number; limit: number; signal: AbortSignal },
): Promise<TableView> {
  const cut = format === 'csv' && file.size > longestText
  await using local = await localCopy(deps, file, cut ? longestText : undefined)
  const source = format === 'parquet' ? 'read_parquet({{file}})' : `read_csv({{file}}, ${csvOptions})`
  const ask = (statement: string) =>
    deps.columnar.query({ statements: [statement], files: { file: local.path }, signal: span.signal })
  const described = await ask(`DESCRIBE SELECT * FROM ${source}`)
  const columns = described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }))
  const rows = await ask(`SELECT * FROM ${source} LIMIT ${span.limit} OFFSET ${span.offset}`)
  const [counted] = cut ? [] : await ask(`SELECT count(*) AS n FROM ${source}`)
  return {
    columns,
    rows: rows.map((row) => columns.map((column) => row[column.name] ?? null)),
    total: counted === undefined ? null : Number(counted.n),
  }
}

const csvOptions = 'ignore_errors = true, null_padding = true, strict_mode = false, sample_size = 2048'

/** A path that the reader may open: the stored file itself, or a copy when it is not in the blob store or to be cut. */
async function localCopy(
  { blobs, tempDirectory }: TableDeps,
  file: FileToRead,
  end: number | undefined,
): Promise<AsyncDisposable & { path: string }> {
  if (file.digest !== undefined && end === undefined) {
    return { path: await blobs.localPath(file.digest), async [Symbol.asyncDispose]() {} }
  }
  await mkdir(tempDirectory, { recursive: true })
  const directory = await mkdtemp(join(tempDirectory, 'preview-'))
  const path = join(directory, 'file')
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    await pipeline(
      await file.read(end === undefined ? undefined : { start: 0, end }),
      createWriteStream(path),
    )
  } catch (error) {
    await remove()
    throw error
  }
  return { path, [Symbol.asyncDispose]: remove }
}
