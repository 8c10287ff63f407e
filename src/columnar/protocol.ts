/** What the pool asks of a child, one at a time. */
export interface ChildRequest {
  readonly statements: readonly string[]
  readonly values: readonly (string | number | boolean | null)[]
  /** The only paths that the statements may open. */
  readonly paths: readonly string[]
  readonly limits: ChildLimits
}

export interface ChildLimits {
  readonly memoryBytes: number
  readonly threads: number
  readonly tempDirectory: string
  /** The most rows that an answer may have. */
  readonly rows: number
}

export type ChildAnswer =
  | { readonly ok: true; readonly rows: Record<string, unknown>[] }
  | { readonly ok: false; readonly message: string }
