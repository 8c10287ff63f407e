import { SlipwayError } from '../../base/error.ts'
import type { Preview } from '../../contract/artifacts.ts'
import { type FileToRead, mediaType } from '../artifacts/index.ts'
import { type TableDeps, tableFormat, tableOf } from './table.ts'
import { languageOf, textOf } from './text.ts'

export interface PreviewWanted {
  readonly offset: number
  readonly limit: number | undefined
  readonly as: 'text' | 'table' | undefined
  readonly signal: AbortSignal
}

const textBytes = 65_536
const tableRows = 100
const mostRows = 1000
const largestTable = 2 * 2 ** 30

/** What a page can show of a file, by its name and, where that tells nothing, by its bytes. */
export async function previewOf(deps: TableDeps, file: FileToRead, wanted: PreviewWanted): Promise<Preview> {
  const about = { path: file.path, size: file.size, media_type: mediaType(file.path) }
  const format = tableFormat(file.path)
  if (wanted.as !== 'text') {
    if (format !== undefined) return { ...about, ...(await table(deps, file, format, wanted)) }
    if (wanted.as === undefined && about.media_type.startsWith('image/')) return { ...about, kind: 'image' }
    if (wanted.as === undefined && about.media_type === 'text/html') return { ...about, kind: 'html' }
  }
  const found =
    format === 'parquet' ? undefined : await textOf(file, wanted.offset, wanted.limit ?? textBytes)
  if (found === undefined) return { ...about, kind: 'none', reason: 'This is not text.' }
  const { text, offset, next } = found
  return { ...about, kind: 'text', text, offset, next_offset: next, language: languageOf(file.path) }
}

async function table(
  deps: TableDeps,
  file: FileToRead,
  format: 'csv' | 'parquet',
  { offset, limit, signal }: PreviewWanted,
) {
  if (file.size === 0) return { kind: 'none', reason: 'The file is empty.' } as const
  if (format === 'parquet' && file.size > largestTable) {
    return { kind: 'none', reason: 'The file is too large for a preview.' } as const
  }
  try {
    const span = { offset, limit: Math.min(limit ?? tableRows, mostRows), signal }
    return { kind: 'table', offset, ...(await tableOf(deps, file, format, span)) } as const
  } catch (error) {
    if (!(error instanceof SlipwayError) || !['invalid_data', 'too_large'].includes(error.code)) throw error
    return { kind: 'none', reason: error.message } as const
  }
}
