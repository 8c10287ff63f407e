import { createHash } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'

/**
 * A keyset cursor: the sort values of the last row (as text, null for none) and a mark of the query they belong to.
 * Its values only ever become parameters of a comparison, so it needs no signature.
 */
export function encodeCursor(values: readonly (string | null)[], query: unknown): string {
  return Buffer.from(JSON.stringify({ q: mark(query), v: values })).toString('base64url')
}

/** Fails with `invalid_argument` when the cursor is broken or of another query. */
export function decodeCursor(cursor: string, query: unknown, length: number): readonly (string | null)[] {
  const values = parse(cursor)
  if (values === undefined || values.v.length !== length) {
    throw new SlipwayError('invalid_argument', 'Invalid page token, could not base64-decode')
  }
  if (values.q !== mark(query)) {
    throw new SlipwayError('invalid_argument', 'Invalid page token: it belongs to another search')
  }
  return values.v
}

function parse(cursor: string): { q: string; v: (string | null)[] } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (typeof value !== 'object' || value === null || !('q' in value) || !('v' in value)) return undefined
    const { q, v } = value
    if (typeof q !== 'string' || !Array.isArray(v)) return undefined
    return v.every((one) => one === null || typeof one === 'string') ? { q, v } : undefined
  } catch {
    return undefined
  }
}

function mark(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12)
}
