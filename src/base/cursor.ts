import { SlipwayError } from './error.ts'

type Kind = 'string' | 'number'

/** Where a page ended, as opaque text: the values of the sort key of its last row. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** The values of a cursor; whatever the caller sent, only values of the expected kinds come out. */
export function decodeCursor<const K extends readonly Kind[]>(
  cursor: string,
  kinds: K,
): { [I in keyof K]: K[I] extends 'number' ? number : string } {
  const values = parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  const fits =
    Array.isArray(values) &&
    values.length === kinds.length &&
    kinds.every((kind, i) => typeof values[i] === kind)
  if (!fits)
    throw new SlipwayError('invalid_argument', 'query.cursor: not a cursor that a list has answered.')
  return values as unknown as { [I in keyof K]: K[I] extends 'number' ? number : string }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
