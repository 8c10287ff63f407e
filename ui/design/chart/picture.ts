import type uPlot from 'uplot'
import type { Series } from './series.ts'

/** A moment on the axis of time, in seconds, with its name. */
export interface Mark {
  readonly at: number
  readonly label: string
}

/** A chart without its frame. */
export interface Picture {
  /** Over time (seconds since 1970) or over steps. */
  readonly x: 'time' | 'step'
  readonly xs: readonly number[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  readonly height?: number
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Bounds that decide something, drawn dashed with their name. */
  readonly limits?: readonly { readonly value: number; readonly label: string }[]
  /** Moments worth knowing, drawn upright with their name. */
  readonly marks?: readonly Mark[]
  /** Charts of one group show their cursors together. */
  readonly group?: string
  /** Draws over the series. */
  readonly paint?: (plot: uPlot, colour: (name: string) => string) => void
}
