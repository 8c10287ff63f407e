/**
 * SQL over Parquet, CSV and JSON files, by DuckDB in pooled child processes: a query that runs out of memory takes its
 * child with it and nothing else. Callers name files by local paths that they got from the blob store, never from a client.
 */
export interface Columnar extends AsyncDisposable {
  /**
   * Runs statements in order in one fresh in-memory connection and returns the rows of the last one (as plain JSON values:
   * bigint as number where safe, else string; timestamps as ISO strings; lists as arrays).
   * `files` are the only paths the statements may read, given as `$name` → absolute path (or several);
   * use them in SQL as `{{name}}`, which becomes a quoted literal or a list of such.
   * `writes` likewise for the paths that COPY may write: of files that do not exist yet.
   * Fails with `invalid_data` (the reader's message, with the row) or `too_large` (memory limit reached).
   */
  query(request: ColumnarRequest): Promise<readonly Record<string, unknown>[]>
}

export interface ColumnarRequest {
  readonly statements: readonly string[]
  readonly files?: Readonly<Record<string, string | readonly string[]>>
  readonly writes?: Readonly<Record<string, string>>
  /** Bound to `$1`, `$2`… of the last statement. */
  readonly values?: readonly (string | number | boolean | null)[]
  readonly signal?: AbortSignal
}
