import type { DriftRule, MetricName, PerformanceRule } from '../../contract/monitoring.ts'

/** What a line, or a person, asks of the monitor of a deployment. */
export interface MonitorConfig {
  readonly deploymentId: string
  readonly projectId: string
  readonly lineId?: string
  readonly drift?: {
    readonly window: WindowConfig
    readonly referenceVersionId: string
    /** Of the columns, so many must drift for an alert. Default 0.5. */
    readonly share?: number
    /** Default: every column of the reference that the predictions have, too. */
    readonly columns?: readonly string[]
    readonly openAfter?: number
    readonly resolveAfter?: number
  }
  readonly performance?: {
    readonly window: WindowConfig
    readonly metric: MetricName
    readonly min?: number
    readonly max?: number
    /** The model's output that labels are compared with. */
    readonly output: string
    readonly labelsWithinMs?: number
    /** From this share of labelled rows on, a window counts. Default 0.8. */
    readonly coverage?: number
    readonly openAfter?: number
    readonly resolveAfter?: number
  }
  /** Names of the project's channels. */
  readonly channels: readonly string[]
}

export type WindowConfig = { readonly rows: number } | { readonly ms: number }

export type StoredDriftRule = DriftRule & { readonly columns?: readonly string[] }

/** A monitor as it is stored. */
export interface MonitorRow {
  readonly id: string
  readonly projectId: string
  readonly deploymentId: string
  readonly lineId: string | null
  readonly drift: StoredDriftRule | null
  readonly performance: PerformanceRule | null
  readonly channels: readonly string[]
  readonly generation: number
  readonly since: Date
  readonly driftThrough: number
  readonly performanceThrough: number
  readonly driftSettled: number
  readonly performanceSettled: number
  readonly labelsReceived: number
  readonly error: string | null
  readonly createdAt: Date
  readonly changedAt: Date
}
