import { open } from 'node:fs/promises'
import { SlipwayError } from '../../../base/error.ts'
import { checkColumnNames } from './column-names.ts'

export interface CsvHeader {
  readonly names: readonly string[]
  readonly delimiter: string
}

const headBytes = 1 << 20
const delimiters = [',', '\t', ';', '|']

/**
 * Reads the names and the delimiter from the first line. We do not let DuckDB guess them: it makes sense of broken
 * files by giving up columns, where we want to say what is broken.
 */
export async function readCsvHeader(path: string, filename: string): Promise<CsvHeader> {
  const text = decode(await readHead(path), filename)
  const delimiter = guessDelimiter(text)
  const names = firstRecord(text, delimiter, filename)
  if (names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new SlipwayError(
      'invalid_data',
      `${filename}: the first line holds only numbers (${names.slice(0, 3).join(', ')}…); it must hold the names of the columns.`,
      { facts: { filename, line: 1 } },
    )
  }
  checkColumnNames(names, filename)
  return { names, delimiter }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function decode(head: Buffer, filename: string): string {
  const refuse = (what: string) => {
    throw new SlipwayError('invalid_data', `${filename}: ${what}`, { facts: { filename } })
  }
  if (head[0] === 0x1f && head[1] === 0x8b) refuse('the file is compressed (gzip); send it unpacked.')
  if (head[0] === 0x50 && head[1] === 0x4b)
    refuse('the file is a zip archive or a workbook; export it as CSV.')
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    refuse('the file is UTF-16; save it as UTF-8.')
  }
  if (head.includes(0)) refuse('this is neither CSV nor Parquet: it holds zero bytes.')
  const text = head.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') refuse('the file is empty.')
  return text
}

/** The one that is most frequent outside of quotes in the first line. */
function guessDelimiter(text: string): string {
  const line = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1)[0] ?? ''
  const counts = delimiters.map((delimiter) => line.split(delimiter).length - 1)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}

function firstRecord(text: string, delimiter: string, filename: string): string[] {
  const names: string[] = []
  let at = 0
  for (;;) {
    const quoted = text[at] === '"'
    const [name, end] = quoted ? quotedField(text, at, filename) : plainField(text, at, delimiter)
    names.push(name.trim())
    if (text[end] !== delimiter) return names
    at = end + 1
  }
}

function plainField(text: string, at: number, delimiter: string): [string, number] {
  let end = at
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
  return [text.slice(at, end), end]
}

function quotedField(text: string, at: number, filename: string): [string, number] {
  const match = /"((?:[^"]|"")*)"/y
  match.lastIndex = at
  const found = match.exec(text)
  if (found === null) {
    throw new SlipwayError('invalid_data', `${filename}: line 1: a quote is not closed.`, {
      facts: { filename, line: 1 },
    })
  }
  return [(found[1] ?? '').replaceAll('""', '"'), match.lastIndex]
}
