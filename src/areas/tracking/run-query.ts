export type View = 'active' | 'deleted' | 'all'

export interface RunSearch {
  readonly projectId: string
  /** Absent: every experiment of the project. */
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly order?: readonly string[] | undefined
  readonly view?: View
  readonly limit: number
  readonly cursor?: string | undefined
}
