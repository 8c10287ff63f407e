import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, SlipwayError } from '../../../base/error.ts'
import type { Blobs } from '../../../blobs/blobs.ts'
import type { Columnar } from '../../../columnar/columnar.ts'
import type { SchemaColumn } from '../../../contract/data.ts'
import { inspectCsv } from './csv.ts'
import type { FileToConvert } from './file.ts'
import { inspectParquet } from './parquet.ts'

export interface Part {
  readonly digest: string
  readonly rows: number
  readonly bytes: number
}

export interface ConvertDeps {
  readonly columnar: Columnar
  readonly blobs: Blobs
  readonly tempDirectory: string
}

/** Makes one durable Parquet part of a CSV or Parquet file, with the required schema where one is given. */
export async function convert(
  deps: ConvertDeps,
  file: FileToConvert,
  required?: readonly SchemaColumn[],
): Promise<{ schema: SchemaColumn[]; part: Part }> {
  const inspect = (await isParquet(file.path)) ? inspectParquet : inspectCsv
  const { schema, select } = await inspect(deps.columnar, file, required)
  await mkdir(deps.tempDirectory, { recursive: true })
  const directory = await mkdtemp(join(deps.tempDirectory, 'convert-'))
  try {
    const out = join(directory, 'part.parquet')
    const rows = await copy(deps.columnar, file, select, out)
    const { digest, size } = await deps.blobs.put(createReadStream(out))
    return { schema, part: { digest, rows, bytes: size } }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function copy(columnar: Columnar, file: FileToConvert, select: string, out: string): Promise<number> {
  try {
    const [copied] = await columnar.query({
      statements: [`COPY (${select}) TO {{out}} (FORMAT parquet, COMPRESSION zstd)`],
      files: { input: file.path },
      writes: { out },
    })
    const rows = Number(copied?.Count)
    if (rows > 0) return rows
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'invalid_data') throw error
    throw new SlipwayError('invalid_data', `${file.filename}: ${messageOf(error)}`, {
      facts: { filename: file.filename },
      cause: error,
    })
  }
  throw new SlipwayError('invalid_data', `${file.filename}: the file has no rows.`, {
    facts: { filename: file.filename },
  })
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.toString('latin1') === 'PAR1'
  } finally {
    await file.close()
  }
}
