import { SlipwayError } from '../../../base/error.ts'

const maxColumns = 10_000
const maxLength = 200

/** Names must be there, unique (SQL does not tell upper from lower case) and of sane length. */
export function checkColumnNames(names: readonly string[], filename: string): void {
  const refuse = (what: string, column: string) => {
    throw new SlipwayError('invalid_data', `${filename}: ${what}`, { facts: { filename, line: 1, column } })
  }
  if (names.length > maxColumns) refuse(`${names.length} columns are more than ${maxColumns}.`, '')
  const seen = new Map<string, string>()
  for (const [index, name] of names.entries()) {
    if (name === '') refuse(`column ${index + 1} of the header has no name.`, '')
    if (name.length > maxLength) refuse(`the name of column ${index + 1} is longer than ${maxLength}.`, name)
    const twin = seen.get(name.toLowerCase())
    if (twin !== undefined) refuse(`the column name "${name}" stands twice in the header.`, name)
    seen.set(name.toLowerCase(), name)
  }
}
