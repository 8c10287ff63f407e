import type { ColumnType } from '../../../contract/data.ts'

export type Severity = 'critical' | 'warning'

/** Names of columns; `*` stands for any text, so `p*` is p0, p1 and so on. */
type Columns = readonly string[]

interface Common {
  /** A check that fails with `critical` stops the line. */
  readonly severity: Severity
}

/** Of the rows, at least this share must hold. */
interface OfRows extends Common {
  readonly columns: Columns
  readonly at_least: number
}

export type Scalar = string | number | boolean

export type Check =
  | (OfRows & { readonly kind: 'not_null' })
  | (OfRows & { readonly kind: 'between'; readonly min?: number; readonly max?: number })
  | (OfRows & { readonly kind: 'in_set'; readonly values: readonly Scalar[] })
  | (OfRows & { readonly kind: 'matches'; readonly pattern: string })
  | (Common & {
      readonly kind: 'mean'
      readonly columns: Columns
      readonly min?: number
      readonly max?: number
    })
  /** No two rows have the same values in all of these columns. */
  | (Common & { readonly kind: 'unique'; readonly columns: Columns })
  | (Common & { readonly kind: 'row_count'; readonly min?: number; readonly max?: number })
  | (Common & { readonly kind: 'columns'; readonly columns: Columns })
  | (Common & { readonly kind: 'type'; readonly columns: Columns; readonly is: ColumnType })
  /** The newest time is not older than this. */
  | (Common & { readonly kind: 'fresh'; readonly columns: Columns; readonly within_ms: number })

export type CheckKind = Check['kind']
export type CheckOf<Kind extends CheckKind> = Extract<Check, { readonly kind: Kind }>
