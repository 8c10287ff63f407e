import type { Series } from '../../../../src/contract/series.ts'
import type { Curve, Span } from '../../../design/chart/curves/curve.ts'
import type { XAxis } from '../../../design/chart/curves/plot.ts'

/** A series of the API as a chart draws it: positions in steps, or in seconds; NaN where a value is not finite. */
export function curveOf(
  series: Series,
  x: XAxis,
  look: { id: string; label: string; colour: string },
): Curve {
  const xs =
    x === 'step'
      ? Float64Array.from(series.steps)
      : Float64Array.from(series.times, (time) => (x === 'time' ? time : time - series.start) / 1000)
  const ys = Float64Array.from(series.values, (value) => {
    const number = typeof value === 'number' ? value : Number.NaN
    return Number.isFinite(number) ? number : Number.NaN
  })
  return { ...look, xs, ys }
}

/** A span of the axis with a margin, in the units of the API: what lies just outside is there when one moves. */
export function rangeOf([from, to]: Span, x: XAxis): { from: number; to: number } {
  const margin = (to - from) * 0.25
  const unit = x === 'step' ? 1 : 1000
  return { from: Math.floor((from - margin) * unit), to: Math.ceil((to + margin) * unit) }
}

/** All with one step have no curve by step: they are drawn by time. */
export function fittingAxis(x: XAxis, series: readonly Series[]): XAxis {
  if (x !== 'step') return x
  const stepped = series.some((each) => new Set(each.steps).size > 1)
  return stepped || series.every((each) => each.steps.length < 2) ? 'step' : 'relative'
}
