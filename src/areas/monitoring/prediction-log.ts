import type { LogPart } from './windows.ts'

/** What monitoring needs of serving. */
export interface PredictionLog {
  /** Parts in order; a reader who has seen one has seen all before it. */
  parts(
    deploymentId: string,
    range: { readonly after?: number; readonly through?: number; readonly limit?: number },
  ): Promise<readonly LogPart[]>
  /**
   * The rows of a range of parts that have a label, with it as the column `label`, in a Parquet file that is removed with
   * the answer; undefined when there are none.
   */
  labelledPredictions(request: {
    readonly deploymentId: string
    readonly after?: number
    readonly through?: number
    readonly signal?: AbortSignal
  }): Promise<LabelledRows | undefined>
}

export interface LabelledRows extends AsyncDisposable {
  readonly path: string
  readonly rows: number
  readonly columns: readonly string[]
}
