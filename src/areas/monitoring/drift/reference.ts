/** What a column is compared with: bins that the reference fixed once, and its counts in them. */
export type ColumnReference = NumericReference | CategoryReference

export interface NumericReference {
  readonly name: string
  readonly test: 'psi'
  /** Upper edges, inclusive. */
  readonly edges: readonly number[]
  /** Up to the first edge, between edges, above the last; then missing. */
  readonly counts: readonly number[]
}

export interface CategoryReference {
  readonly name: string
  readonly test: 'js'
  readonly values: readonly string[]
  /** Of each value, of all others together; then missing. */
  readonly counts: readonly number[]
}

export interface Reference {
  readonly versionId: string
  readonly rows: number
  readonly columns: readonly ColumnReference[]
}

/** Bins without counts: what counting asks for. */
export type Bins = Omit<NumericReference, 'counts'> | Omit<CategoryReference, 'counts'>
