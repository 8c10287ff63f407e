import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { zoneName } from '../../../format/time.ts'
import { useZone } from '../../zone.tsx'
import { resolved } from '../axes.ts'
import { type Curve, type Span, smoothed, spanOf } from './curve.ts'
import classes from './curves.module.css'
import { CurvesLegend } from './legend.tsx'
import { paint } from './painter.ts'
import { CurvePlot, type XAxis } from './plot.ts'
import { CurvesTip, type Near, nearCursor } from './tip.tsx'
import { CurveTools } from './tools.tsx'

export interface CurvesProps {
  /** What the chart is of, for those who can't see it. */
  readonly label: string
  readonly curves: readonly Curve[]
  readonly x: XAxis
  readonly log?: boolean
  /** 0 for none, towards 1 for more; bands are left as they are. */
  readonly smoothing?: number
  readonly height?: number
  readonly format: (value: number) => string
  readonly group?: string
  /** What is seen of the x axis; absent: all. `onSpan` tells what the reader chose, for fetching it in detail. */
  readonly span?: Span | undefined
  readonly onSpan?: (span: Span | undefined) => void
  /** All there is, when `curves` hold only the span. */
  readonly whole?: Span | undefined
  readonly legend?: boolean
}

/** Beyond so many, the lines as they were before smoothing would only be noise. */
const faintUpTo = 10

/** Many curves in one chart, smooth at fifty curves of 100,000 points: zoom by dragging, pan with shift, reset by double click. */
export function Curves(props: CurvesProps) {
  const { x, log = false, height = 220, smoothing = 0, group, span, onSpan } = props
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<CurvePlot>(null)
  const latest = useRef(props)
  latest.current = props
  const scheme = useComputedColorScheme('light')
  const { zone } = useZone()
  const [hidden, hide] = useState<ReadonlySet<string>>(new Set())
  const [pointed, point] = useState<string>()
  const [cursor, setCursor] = useState<{ left: number; top: number; x: number }>()
  const shown = useMemo(() => props.curves.filter((each) => !hidden.has(each.id)), [props.curves, hidden])
  const lines = useMemo(
    () => (smoothing > 0 ? shown.map((each) => ({ ...each, ys: smoothed(each.ys, smoothing) })) : shown),
    [shown, smoothing],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are read when it is made.
  useEffect(() => {
    const element = place.current
    if (element === null) return
    let frame = 0
    const made = new CurvePlot({
      place: element,
      x,
      log,
      zone,
      height,
      group,
      format: (value) => latest.current.format(value),
      onSpan: (chosen) => latest.current.onSpan?.(chosen),
      onCursor: (next) => {
        cancelAnimationFrame(frame)
        frame = requestAnimationFrame(() => setCursor(next))
      },
    })
    plot.current = made
    const resized = new ResizeObserver(([entry]) => {
      if (entry) made.size(entry.contentRect.width, height)
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      cancelAnimationFrame(frame)
      made.destroy()
      plot.current = null
    }
  }, [x, log, zone, height, group, scheme])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew has to be filled anew.
  useEffect(() => {
    const faint = smoothing > 0 && shown.length <= faintUpTo ? shown : []
    plot.current?.setCurves(lines, faint, props.whole ?? spanOf(props.curves))
  }, [lines, shown, smoothing, props.whole, props.curves, x, log, zone, height, group, scheme])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useEffect(() => plot.current?.show(span), [span, x, log, zone, height, group, scheme])

  const made = plot.current
  const near = useMemo(() => nearOf(made, lines, cursor), [made, lines, cursor])
  const first = pointed ?? near[0]?.curve.id
  return (
    <figure className={classes.chart}>
      {props.legend === false || props.curves.length < 2 ? null : (
        <CurvesLegend curves={props.curves} hidden={hidden} onHide={hide} onPoint={point} current={first} />
      )}
      <div className={classes.stage}>
        <div ref={place} role="img" aria-label={props.label} style={{ height }} />
        <Highlight plot={made} lines={lines} id={first} near={near} height={height} />
        {cursor === undefined || made === null ? null : (
          <CurvesTip near={near} x={x} zone={zone} format={props.format} {...sideOf(made, cursor.left)} />
        )}
        <CurveTools plot={plot} zoomed={span !== undefined} onReset={() => onSpan?.(undefined)} />
        {x === 'time' ? <span className={classes.zone}>{zoneName(zone)}</span> : null}
      </div>
    </figure>
  )
}

function nearOf(
  made: CurvePlot | null,
  lines: readonly Curve[],
  cursor: { left: number; top: number; x: number } | undefined,
): Near[] {
  if (made === null || cursor === undefined) return []
  const { plot } = made
  const [from, to] = made.span
  const reach = ((to - from) / Math.max(1, plot.over.clientWidth)) * 24
  return nearCursor(lines, cursor.x, reach, (value) => Math.abs(plot.valToPos(value, 'y') - cursor.top))
}

function sideOf(made: CurvePlot, left: number): { side: 'left' | 'right'; offset: number } {
  const { over } = made.plot
  const at = over.offsetLeft + left
  const room = made.plot.root.clientWidth
  return left > over.clientWidth / 2
    ? { side: 'right', offset: room - at + 14 }
    : { side: 'left', offset: at + 14 }
}

/** The curve at the cursor once more, strong, with dots where the cursor is; on a canvas of its own. */
function Highlight(props: {
  plot: CurvePlot | null
  lines: readonly Curve[]
  id: string | undefined
  near: readonly Near[]
  height: number
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { plot: made, lines, id, near } = props
  useEffect(() => {
    const ctx = canvas.current?.getContext('2d')
    if (!canvas.current || !ctx || made === null) return
    const { bbox } = made.plot
    if (canvas.current.width !== bbox.width) canvas.current.width = bbox.width
    if (canvas.current.height !== bbox.height) canvas.current.height = bbox.height
    const { style } = canvas.current
    const ratio = devicePixelRatio
    style.left = `${bbox.left / ratio}px`
    style.top = `${bbox.top / ratio}px`
    style.width = `${bbox.width / ratio}px`
    style.height = `${bbox.height / ratio}px`
    ctx.clearRect(0, 0, bbox.width, bbox.height)
    const curve = lines.find((each) => each.id === id)
    if (curve === undefined || (lines.length < 2 && near.length === 0)) return
    const colour = resolved(curve.colour)
    const { min: x0 = 0, max: x1 = 1 } = made.plot.scales.x ?? {}
    const { min: y0 = 0, max: y1 = 1, distr } = made.plot.scales.y ?? {}
    const view = { x0, x1, y0, y1, log: distr === 3, width: bbox.width, height: bbox.height }
    if (lines.length > 1) paint(ctx, { curve, colour, width: 2.6 * ratio, alpha: 1 }, view)
    const point = near.find((each) => each.curve.id === id)
    if (point === undefined) return
    ctx.fillStyle = colour
    ctx.beginPath()
    ctx.arc(
      made.plot.valToPos(curve.xs[point.at] ?? 0, 'x') * ratio,
      made.plot.valToPos(curve.ys[point.at] ?? 0, 'y') * ratio,
      4 * ratio,
      0,
      2 * Math.PI,
    )
    ctx.fill()
  }, [made, lines, id, near])
  return <canvas ref={canvas} className={classes.highlight} />
}
