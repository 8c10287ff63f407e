import { identifier } from '../../../columnar/sql.ts'

/** The types that columns of datasets have. Few on purpose: then files of different origin can be appended. */
export type ColumnKind = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP' | 'VARCHAR'

export const kindInWords: Record<ColumnKind, string> = {
  BIGINT: 'a whole number',
  DOUBLE: 'a number',
  BOOLEAN: 'true or false',
  TIMESTAMP: 'a time',
  VARCHAR: 'text',
}

/** A condition that a text is a value of the kind; only for texts that are not null. */
export function isKind(column: string, kind: ColumnKind): string {
  const text = identifier(column)
  switch (kind) {
    case 'BIGINT':
      // A cast alone rounds: '3.7' becomes 4.
      return `(TRY_CAST(${text} AS BIGINT) IS NOT NULL AND coalesce(TRY_CAST(${text} AS DOUBLE) % 1 = 0, false))`
    case 'BOOLEAN':
      return `(lower(${text}) IN ('true', 'false'))`
    case 'VARCHAR':
      return 'true'
    case 'TIMESTAMP':
      return `(coalesce(isfinite(TRY_CAST(${text} AS TIMESTAMPTZ)), false))`
    case 'DOUBLE':
      return `(TRY_CAST(${text} AS DOUBLE) IS NOT NULL)`
  }
}

/** The value of a text that `isKind` holds for. */
export function castText(column: string, kind: ColumnKind): string {
  const text = identifier(column)
  // Read as a TIMESTAMP at once, the offset of `10:00+02:00` would be dropped.
  return kind === 'TIMESTAMP' ? `${text}::TIMESTAMPTZ::TIMESTAMP` : `${text}::${kind}`
}

/** The kind that holds every value of a Parquet column's type; undefined for nested and binary types. */
export function kindOfType(type: string): ColumnKind | undefined {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT))$/.test(type)) return 'BIGINT'
  if (/^(FLOAT|DOUBLE|DECIMAL\(.*\)|U?HUGEINT)$/.test(type)) return 'DOUBLE'
  if (type === 'BOOLEAN') return 'BOOLEAN'
  if (/^(DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/.test(type)) return 'TIMESTAMP'
  if (/^(VARCHAR|UUID|ENUM\(.*\)|TIME)$/.test(type)) return 'VARCHAR'
  return undefined
}
