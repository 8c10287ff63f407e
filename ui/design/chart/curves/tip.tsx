import { count } from '../../../format/number.ts'
import { absolute, duration, type Zone } from '../../../format/time.ts'
import { type Curve, cssColour, nearest } from './curve.ts'
import classes from './curves.module.css'
import type { XAxis } from './plot.ts'

export interface Near {
  readonly curve: Curve
  readonly at: number
  readonly distance: number
}

/** The points at the cursor, the curve nearest to it first; curves that have none there are left out. */
export function nearCursor(
  curves: readonly Curve[],
  x: number,
  reach: number,
  distance: (value: number) => number,
): Near[] {
  const found: Near[] = []
  for (const curve of curves) {
    const at = nearest(curve.xs, x)
    if (at < 0 || Math.abs((curve.xs[at] ?? 0) - x) > reach) continue
    const value = curve.ys[at] ?? Number.NaN
    found.push({ curve, at, distance: Number.isFinite(value) ? distance(value) : Number.POSITIVE_INFINITY })
  }
  return found.sort((a, b) => a.distance - b.distance)
}

const most = 10

/** What the curves are at the cursor: those nearest to it, in the order in which they lie. */
export function CurvesTip(props: {
  near: readonly Near[]
  x: XAxis
  zone: Zone
  format: (value: number) => string
  side: 'left' | 'right'
  offset: number
}) {
  const [first] = props.near
  if (first === undefined) return null
  const shown = props.near.slice(0, most).sort((a, b) => (b.curve.ys[b.at] ?? 0) - (a.curve.ys[a.at] ?? 0))
  return (
    <div className={classes.tip} style={{ [props.side]: props.offset }}>
      <time>{headOf(props.x, first.curve.xs[first.at] ?? 0, props.zone)}</time>
      {shown.map(({ curve, at }) => (
        <div key={curve.id} data-first={curve === first.curve}>
          <span className={classes.swatch} style={{ background: cssColour(curve.colour) }} />
          <em>{curve.label}</em>
          <b>{props.format(curve.ys[at] ?? Number.NaN)}</b>
        </div>
      ))}
      {props.near.length > most ? <small>and {props.near.length - most} more</small> : null}
    </div>
  )
}

function headOf(x: XAxis, value: number, zone: Zone): string {
  if (x === 'time') return absolute(new Date(value * 1000), zone)
  return x === 'relative' ? `after ${duration(value * 1000)}` : `step ${count(value)}`
}
