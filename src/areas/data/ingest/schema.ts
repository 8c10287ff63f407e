import { SlipwayError } from '../../../base/error.ts'
import type { SchemaColumn } from '../../../contract/data.ts'

/** What is appended must have the columns of what is there; their order may differ. */
export function checkSameColumns(
  names: readonly string[],
  required: readonly SchemaColumn[],
  filename: string,
): void {
  const there = new Set(required.map((column) => column.name))
  const missing = required.map((column) => column.name).filter((name) => !names.includes(name))
  const extra = names.filter((name) => !there.has(name))
  if (missing.length === 0 && extra.length === 0) return
  const quoted = (list: string[]) =>
    list
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ')
  const parts = [
    missing.length > 0 ? `it lacks ${quoted(missing)}` : '',
    extra.length > 0 ? `it has ${quoted(extra)}, which is not in the dataset` : '',
  ].filter((part) => part !== '')
  throw new SlipwayError(
    'invalid_data',
    `${filename}: the columns differ from the version it is appended to: ${parts.join('; ')}.`,
    { facts: { filename, missing, extra, column: missing[0] ?? extra[0] } },
  )
}
