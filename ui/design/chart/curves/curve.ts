/** One line of a chart with its own positions, as training metrics have them. */
export interface Curve {
  readonly id: string
  readonly label: string
  /** A CSS colour, or the name of one of tokens.css such as `--series-1`. */
  readonly colour: string
  /** Ascending. Steps, seconds since 1970, or seconds since the start. */
  readonly xs: Float64Array
  /** NaN where the value is not a number: the line has a gap there. */
  readonly ys: Float64Array
  /** A band around the line, for curves that stand for a group of runs. */
  readonly low?: Float64Array
  readonly high?: Float64Array
}

export type Span = readonly [from: number, to: number]

/** The first index whose x is not below `value`. */
export function lowerBound(xs: Float64Array, value: number): number {
  let [low, high] = [0, xs.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((xs[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The index whose x is nearest to `value`; -1 without points. */
export function nearest(xs: Float64Array, value: number): number {
  const after = lowerBound(xs, value)
  if (xs.length === 0) return -1
  if (after === 0) return 0
  if (after === xs.length) return xs.length - 1
  return value - (xs[after - 1] ?? 0) <= (xs[after] ?? 0) - value ? after - 1 : after
}

/** From the least to the greatest x of all curves; nothing when none has a point. */
export function spanOf(curves: readonly Curve[]): Span | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { xs } of curves) {
    if (xs.length === 0) continue
    low = Math.min(low, xs[0] ?? low)
    high = Math.max(high, xs[xs.length - 1] ?? high)
  }
  return low <= high ? [low, high] : undefined
}

/** The least and greatest finite value within a span of x, bands included; on a log axis only what is above zero. */
export function extentOf(curves: readonly Curve[], [from, to]: Span, log = false): Span | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const curve of curves) {
    // One point beyond each edge: the line that crosses the edge is seen as well.
    const start = Math.max(0, lowerBound(curve.xs, from) - 1)
    const end = Math.min(curve.xs.length, lowerBound(curve.xs, to) + 1)
    for (const values of [curve.ys, curve.low, curve.high]) {
      if (values === undefined) continue
      for (let at = start; at < end; at += 1) {
        const value = values[at] ?? Number.NaN
        if (!Number.isFinite(value) || (log && value <= 0)) continue
        if (value < low) low = value
        if (value > high) high = value
      }
    }
  }
  return low <= high ? [low, high] : undefined
}

/**
 * An exponential moving average with the bias of its start corrected, as TensorBoard's `smoothing`. What is not finite
 * stays as it is and does not count.
 */
export function smoothed(ys: Float64Array, weight: number): Float64Array {
  if (weight <= 0) return ys
  const result = new Float64Array(ys.length)
  let [last, power] = [0, 1]
  for (let at = 0; at < ys.length; at += 1) {
    const value = ys[at] ?? Number.NaN
    if (!Number.isFinite(value)) {
      result[at] = value
      continue
    }
    last = last * weight + (1 - weight) * value
    power *= weight
    result[at] = last / (1 - power)
  }
  return result
}

const named = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6']

/** The colour of the nth of many curves: the tokens first, then hues as far from each other as they can be. */
export function curveColour(index: number): string {
  const token = named[index]
  if (token !== undefined) return token
  const hue = Math.round((index * 137.508) % 360)
  const light = 44 + ((index * 7) % 3) * 9
  return `hsl(${hue} 62% ${light}%)`
}

/** What CSS and SVG take for a colour of a curve. */
export function cssColour(colour: string): string {
  return colour.startsWith('--') ? `var(${colour})` : colour
}
