import { identifier } from '../../../columnar/sql.ts'
import { type ColumnKind, isKind } from './column-kind.ts'

/** How many of a text column's values read as each kind. */
export interface KindCounts {
  readonly values: number
  readonly whole: number
  readonly numbers: number
  readonly padded: number
  readonly booleans: number
  readonly times: number
}

/** From so many values on, and from this share on, the few that differ are mistakes and not another kind. */
const mistakes = { values: 100, share: 0.99 }

/** One aggregate that counts all of it; the alias is the caller's. */
export function kindCounts(column: string): string {
  const text = identifier(column)
  return `{
    'values': count(${text}),
    'whole': count(*) FILTER (TRY_CAST(${text} AS BIGINT)::VARCHAR = ${text}),
    'numbers': count(TRY_CAST(${text} AS DOUBLE)),
    'padded': count(*) FILTER (regexp_matches(${text}, '^-?0[0-9]')),
    'booleans': count(*) FILTER (${text} IS NOT NULL AND ${isKind(column, 'BOOLEAN')}),
    'times': count(*) FILTER (${isKind(column, 'TIMESTAMP')})
  }`
}

/** What to make of a column. `mistaken` says that a few values are not of the kind that nearly all have. */
export function guessKind(counts: KindCounts): { kind: ColumnKind; mistaken: boolean } {
  const { values } = counts
  const sure = (kind: ColumnKind) => ({ kind, mistaken: false })
  if (values === 0) return sure('VARCHAR')
  // 007 is a code, not the number seven.
  if (counts.whole === values) return sure('BIGINT')
  if (counts.numbers === values && counts.padded === 0) return sure('DOUBLE')
  if (counts.booleans === values) return sure('BOOLEAN')
  if (counts.times === values) return sure('TIMESTAMP')
  const nearly = (count: number) =>
    values >= mistakes.values && count < values && count / values >= mistakes.share
  if (counts.padded === 0 && nearly(counts.numbers)) return { kind: 'DOUBLE', mistaken: true }
  if (nearly(counts.times)) return { kind: 'TIMESTAMP', mistaken: true }
  return sure('VARCHAR')
}
