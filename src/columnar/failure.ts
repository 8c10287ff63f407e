import { SlipwayError } from '../base/error.ts'

/** DuckDB's kinds of errors that come from the data; any other (Parser, Binder, Permission…) is a bug of the statement. */
const ofTheData =
  /^(Invalid Input|Conversion|Out of Range|IO|Invalid|Serialization|Mismatch Type|Constraint) Error: /

/** What DuckDB said, as an error of ours; local paths are replaced by the names that the request gave them. */
export function failureOf(
  message: string,
  files: Readonly<Record<string, string | readonly string[]>>,
): Error {
  const text = withoutPaths(message, files)
  if (/^Out of Memory Error/.test(text)) {
    return new SlipwayError('too_large', `The query needs more memory than it may use: ${firstLine(text)}`)
  }
  if (/No space left on device|disk quota exceeded/i.test(text)) {
    return new SlipwayError('disk_full', 'There is no space left on the disk for the query.')
  }
  if (ofTheData.test(text)) return new SlipwayError('invalid_data', firstLine(text.replace(ofTheData, '')))
  return new Error(`The query failed: ${text}`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? text
}

function withoutPaths(message: string, files: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(files)
    .flatMap(([name, paths]) => [paths].flat().map((path) => [name, path] as const))
    .reduce((text, [name, path]) => text.replaceAll(path, name), message)
}
